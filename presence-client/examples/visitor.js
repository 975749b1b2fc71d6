// Who this page is and where it goes, for all examples.
const NAMES = ['Ada', 'Grace', 'Linus', 'Margaret', 'Ken', 'Barbara', 'Edsger', 'Radia', 'Tim', 'Frances'];
const COLORS = ['#4f46e5', '#e11d48', '#047857', '#b45309', '#0369a1', '#db2777', '#7c3aed', '#0e7490'];

const parameters = new URLSearchParams(location.search);
const anyOf = (list) => list[Math.floor(Math.random() * list.length)];

export const url = parameters.get('ws') ?? 'ws://localhost:3001/ws';
export const name = parameters.get('name') ?? anyOf(NAMES);
export const color = parameters.get('color') ?? anyOf(COLORS);
export const boardOr = (usual) => parameters.get('board') ?? usual;
