package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One agreement: its price history, and what changes it. */
@Command(
    name = "agreement",
    description =
        "An agreement: its history, upgrade, downgrade, pause, resume, cancel, reinstate.",
    subcommands = {
      AgreementCommand.Show.class,
      AgreementCommand.Move.class,
      AgreementCommand.Pause.class,
      AgreementCommand.Resume.class,
      AgreementCommand.Cancel.class,
      AgreementCommand.Reinstate.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir agreement show 01ks…",
      "  weir agreement change 01ks… --plan large --preview",
      "  weir agreement change 01ks… --plan large",
      "  weir agreement pause 01ks… --at 2026-12-01T00:00:00Z",
      "  weir agreement cancel 01ks… --at-period-end"
    })
final class AgreementCommand extends Group {

  private static final String ROOT = "/control/v1/agreements/";

  private static String terms(JsonNode agreement) {
    return "agreement %s: plan %s v%s, %s%n"
            .formatted(
                ApiCommand.text(agreement, "id"),
                ApiCommand.text(agreement, "planId"),
                ApiCommand.text(agreement, "priceVersion"),
                ApiCommand.text(agreement, "state"))
        + TextTable.of(
            agreement.path("terms"),
            Column.of("from", "from"),
            Column.of("", "kind"),
            Column.of(
                "plan",
                t -> ApiCommand.text(t, "planId") + " v" + ApiCommand.text(t, "priceVersion")))
        + suspension(agreement.path("suspension"));
  }

  private static String suspension(JsonNode suspension) {
    if (suspension.isMissingNode()) {
      return "";
    }
    return "%nnot served since %s: %s open"
        .formatted(
            ApiCommand.text(suspension, "since"),
            ApiCommand.words(suspension.path("invoices"), ", "));
  }

  @Command(name = "show", description = "What holds, what held, and what is scheduled.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Which: weir customers agreements.")
    String id = "";

    @Override
    public Integer call() {
      return show(api().get(ROOT + Api.encode(id)), AgreementCommand::terms);
    }
  }

  @Command(
      name = "reinstate",
      description = "Serves it though an invoice is too long open; the next such one stops it.")
  static final class Reinstate extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Which: weir customers agreements.")
    String id = "";

    @Override
    public Integer call() {
      String path = ROOT + Api.encode(id) + "/reinstate";
      return show(api().post(path, Json.MAPPER.createObjectNode()), AgreementCommand::terms);
    }
  }

  /** A change, or what it would cost. */
  abstract static class Change extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Which: weir customers agreements.")
    String id = "";

    @Option(
        names = "--at",
        description = "When it begins (default: now, as a moment that has passed).")
    @Nullable Instant at;

    @Option(
        names = "--at-period-end",
        description = "When the subscription that is paid for is over; now where there is none.")
    boolean atPeriodEnd;

    @Option(
        names = "--preview",
        description = "Only says what it would charge and give back, by the second.")
    boolean preview;

    abstract void wish(ObjectNode body);

    @Override
    public Integer call() {
      ObjectNode body = Json.MAPPER.createObjectNode();
      wish(body);
      if (at != null) {
        body.put("at", at.toString());
      }
      if (atPeriodEnd) {
        body.put("atPeriodEnd", true);
      }
      String path = ROOT + Api.encode(id);
      return preview
          ? show(api().post(path + "/preview", body), Change::preview)
          : show(api().post(path + "/change", body), AgreementCommand::terms);
    }

    private static String preview(JsonNode p) {
      String currency = text(p, "currency");
      String moved =
          "%s v%s %s until %s, then %s v%s %s%n"
              .formatted(
                  text(p.path("before"), "planId"),
                  text(p.path("before"), "priceVersion"),
                  text(p.path("before"), "kind"),
                  text(p.path("after"), "from"),
                  text(p.path("after"), "planId"),
                  text(p.path("after"), "priceVersion"),
                  text(p.path("after"), "kind"));
      if (p.path("spans").isEmpty()) {
        return moved + "no subscription is charged or given back";
      }
      return moved
          + TextTable.of(
              p.path("spans"),
              Column.of("from", "from"),
              Column.of("to", "to"),
              Column.of("seconds", s -> text(s, "seconds") + " of " + text(s, "ofSeconds")),
              Column.amount("amount", s -> Money.exact(s.path("micros").asLong(), currency)))
          + "together "
          + Money.exact(p.path("totalMicros").asLong(), currency)
          + ", before codes and credit";
    }
  }

  @Command(name = "change", description = "Another plan, or another version of its prices.")
  static final class Move extends Change {
    @Option(names = "--plan", required = true, description = "Which: weir plans list.")
    String plan = "";

    @Option(names = "--price-version", description = "Which (default: the one in force).")
    @Nullable Integer version;

    @Override
    void wish(ObjectNode body) {
      body.put("action", "MOVE").put("planId", plan);
      if (version != null) {
        body.put("priceVersion", version);
      }
    }
  }

  @Command(name = "pause", description = "No calls, no subscription; the rest is given back.")
  static final class Pause extends Change {
    @Override
    void wish(ObjectNode body) {
      body.put("action", "PAUSE");
    }
  }

  @Command(name = "resume", description = "On with the plan that it had.")
  static final class Resume extends Change {
    @Override
    void wish(ObjectNode body) {
      body.put("action", "RESUME");
    }
  }

  @Command(name = "cancel", description = "The end; what was used stays billed.")
  static final class Cancel extends Change {
    @Override
    void wish(ObjectNode body) {
      body.put("action", "CANCEL");
    }
  }
}
