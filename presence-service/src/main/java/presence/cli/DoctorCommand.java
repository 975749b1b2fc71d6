package presence.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.doctor.Finding.Status;
import presence.config.ConfigException;
import presence.config.GivenSettings;
import presence.config.ServiceConfig;
import presence.model.Printable;

/** Checks the configuration and everything that the service needs from Redis. */
final class DoctorCommand implements Subcommand {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("doctor");
        spec.usageMessage()
                .description("Check the configuration and the Redis it names, with every command the service uses, on"
                        + " temporary keys. Exit code 0 unless something FAILs.");
        spec.addOption(OptionSpec.builder("--json")
                .type(boolean.class)
                .description("one JSON object with all findings")
                .build());
        return spec;
    }

    @Override
    public int run(ParseResult line, GivenSettings settings) {
        PrintStream out = Output.standard();
        boolean json = line.hasMatchedOption("--json");
        List<Finding> findings = new ArrayList<>();
        examine(settings, finding -> {
            findings.add(finding);
            if (!json) {
                out.println(text(finding));
            }
        });
        if (json) {
            out.println(json(findings));
        }
        return isWell(findings) ? OK : FAILED;
    }

    private static void examine(GivenSettings settings, Consumer<Finding> findings) {
        ServiceConfig config;
        try {
            config = ServiceConfig.from(settings.values());
        } catch (ConfigException e) {
            findings.accept(Finding.fail(
                    "configuration", String.valueOf(e.getMessage()), "repair it: the service would not start"));
            return;
        }
        List<String> unknown = ServiceConfig.unknown(settings.environment().keySet());
        findings.accept(
                unknown.isEmpty()
                        ? Finding.ok("configuration", "valid")
                        : Finding.warn(
                                "configuration",
                                "valid, but " + String.join(", ", unknown) + " is not a setting",
                                "see --help for the settings"));
        new Doctor(config.redis(), findings).examine();
    }

    private static boolean isWell(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.status() == Status.FAIL);
    }

    static String text(Finding finding) {
        String status = finding.status() == Status.FAIL ? "FAIL" : name(finding.status());
        String advice = finding.advice().isEmpty() ? "" : "; " + finding.advice();
        return Printable.of(String.format("%-5s %-14s %s%s", status, finding.check(), finding.found(), advice));
    }

    static String json(List<Finding> findings) {
        JsonArray checks = new JsonArray();
        for (Finding finding : findings) {
            JsonObject check = new JsonObject();
            check.addProperty("check", finding.check());
            check.addProperty("status", name(finding.status()));
            check.addProperty("found", finding.found());
            check.addProperty("advice", finding.advice());
            checks.add(check);
        }
        JsonObject all = new JsonObject();
        all.addProperty("ok", isWell(findings));
        all.add("checks", checks);
        return Printable.of(all.toString());
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
