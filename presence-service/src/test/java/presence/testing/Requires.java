package presence.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import presence.testing.process.Tool;

/**
 * Marks a test that needs optional programs. Without them it is skipped with a line on the console; with {@code
 * PRESENCE_TEST_REQUIRE_TOOLS=true}, as in CI, it fails instead. The profile {@code redis} excludes it.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("tools")
@ExtendWith(Requires.Condition.class)
public @interface Requires {
    Tool[] value();

    /** Whether CI installs them: programs that no package of its distribution contains are optional there, too. */
    boolean inCi() default true;

    /** Enables the test if the programs are installed. */
    class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Requires requires = AnnotationSupport.findAnnotation(context.getElement(), Requires.class)
                    .orElse(null);
            if (requires == null) {
                return ConditionEvaluationResult.enabled("needs nothing");
            }
            for (Tool tool : requires.value()) {
                if (tool.find().isEmpty()) {
                    return missing(context, tool, requires.inCi());
                }
            }
            return ConditionEvaluationResult.enabled("everything is here");
        }

        private static ConditionEvaluationResult missing(ExtensionContext context, Tool tool, boolean inCi) {
            String message = "NOT RUN: " + context.getDisplayName() + " needs " + tool + ", which is not installed";
            if (inCi && Boolean.parseBoolean(System.getenv("PRESENCE_TEST_REQUIRE_TOOLS"))) {
                throw new IllegalStateException(message);
            }
            System.err.println(message);
            return ConditionEvaluationResult.disabled(message);
        }
    }
}
