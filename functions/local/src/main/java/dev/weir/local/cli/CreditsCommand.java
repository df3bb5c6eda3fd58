package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Credit that was paid in advance. */
@Command(
    name = "credits",
    description = "Credit in advance: what an agreement has, and buying more.",
    subcommands = {CreditsCommand.Show.class, CreditsCommand.Buy.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir plans price chat 2 --per-unit calls=0.02 --credit-pack big=90:100:365",
      "  weir credits buy 01ks… big",
      "  weir credits show 01ks…"
    })
final class CreditsCommand extends Group {

  private static String path(String agreement) {
    return "/control/v1/agreements/" + Api.encode(agreement) + "/credits";
  }

  private static String packs(Api api, String agreement, JsonNode credits) {
    String currency =
        ApiCommand.text(api.get("/control/v1/agreements/" + Api.encode(agreement)), "currency");
    if (credits.path("packs").isEmpty()) {
      return "no credit";
    }
    return TextTable.of(
            credits.path("packs"),
            Column.of("pack", "id"),
            Column.of("of", "offer"),
            Column.amount("credit", p -> Money.exact(p.path("creditMicros").asLong(), currency)),
            Column.amount("left", p -> Money.exact(p.path("leftMicros").asLong(), currency)),
            Column.of("expires", "expires"))
        + "left "
        + Money.exact(credits.path("leftMicros").asLong(), currency);
  }

  @Command(name = "show", description = "Credit, in the order in which it is used.")
  static final class Show extends ApiCommand {
    @Parameters(paramLabel = "AGREEMENT", description = "Whose: weir customers agreements.")
    String id = "";

    @Override
    public Integer call() {
      Api api = api();
      return show(api.get(path(id)), c -> packs(api, id, c));
    }
  }

  @Command(name = "buy", description = "Buys a credit pack that the agreement's plan offers.")
  static final class Buy extends ApiCommand {
    @Parameters(index = "0", paramLabel = "AGREEMENT")
    String id = "";

    @Parameters(index = "1", paramLabel = "PACK")
    String pack = "";

    @Override
    public Integer call() {
      Api api = api();
      return show(api.post(path(id), Map.of("pack", pack)), c -> packs(api, id, c));
    }
  }
}
