/** The repository's own files as tests read them: manifests, alert rules, the ACL rule of the docs. */
@NullMarked
package presence.testing.files;

import org.jspecify.annotations.NullMarked;
