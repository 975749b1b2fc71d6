/** Breaks every rule of the house once, in the house's own layout, so that ArchitectureTest can see each rule fail. */
package planted;
