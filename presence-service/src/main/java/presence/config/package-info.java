/** One immutable configuration value, its settings with defaults and explanations. JDK only. */
@NullMarked
package presence.config;

import org.jspecify.annotations.NullMarked;
