// The frames of viewports. Not in the core: most boards are small, and their pages show everybody.
import { ClientFrame, message, repeated, ServerFrame, sint32, uint32 } from './presence-wire.js';

ClientFrame.fields[10] = ['viewport', message({
  boardRef: uint32, x: sint32, y: sint32, width: uint32, height: uint32, follow: repeated(uint32),
})];
ServerFrame.fields[12] = ['density', message({
  boardRef: uint32, x: sint32, y: sint32, cell: uint32, columns: uint32, counts: repeated(uint32),
})];
