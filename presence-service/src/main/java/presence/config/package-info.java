/** Reads the settings into one immutable configuration, a record per section. JDK only. */
@NullMarked
package presence.config;

import org.jspecify.annotations.NullMarked;
