/** Violations of the rules for packages, each of which {@code ArchitectureTest} has to find. */
package misplaced;
