package dev.weir.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a model that already runs elsewhere behind a name. */
@Command(
    name = "connect",
    description = "Sells a model that you already run: any OpenAI-compatible service.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir connect qwen --base-url http://10.0.0.5:8000/v1 --model qwen3-8b",
      "  weir connect gpt --base-url https://api.example.com/v1 --model m \\",
      "       --key-env PROVIDER_KEY --price-in 0.40 --price-out 1.60 --currency USD"
    })
final class ConnectCommand extends ApiCommand {

  private static final long TOKENS = 1_000_000;

  @Parameters(paramLabel = "NAME", description = "What customers call it.")
  String name = "";

  @Option(names = "--base-url", required = true, description = "Up to and with /v1.")
  String baseUrl = "";

  @Option(names = "--model", required = true, description = "The model's name over there.")
  String model = "";

  @Option(names = "--key-env", description = "The environment variable that holds its key.")
  @Nullable String keyEnv;

  @Option(
      names = "--output-tokens-max",
      description =
          "The most tokens of an answer where a request does not say (default: 32768). A call"
              + " reserves them of a hard budget.")
  @Nullable Integer outputTokensMax;

  @Option(
      names = "--prompt-overhead-tokens",
      description =
          "The most tokens that the service adds to a prompt by itself (default: 8192). A call"
              + " reserves them of a hard budget; more are not believed.")
  @Nullable Integer promptOverheadTokens;

  @Option(names = "--price-in", description = "What a customer pays for a million input tokens.")
  @Nullable String priceIn;

  @Option(names = "--price-out", description = "What a customer pays for a million output tokens.")
  @Nullable String priceOut;

  @Option(
      names = "--currency",
      defaultValue = "USD",
      description = "Of the prices: USD or CNY (default: ${DEFAULT-VALUE}).")
  String currency = "USD";

  @Override
  public Integer call() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode remote = body.putObject("remote");
    remote.put("baseUrl", baseUrl).put("model", model);
    if (outputTokensMax != null) {
      remote.put("outputTokensMax", outputTokensMax);
    }
    if (promptOverheadTokens != null) {
      remote.put("promptOverheadTokens", promptOverheadTokens);
    }
    if (keyEnv != null) {
      String variable = keyEnv;
      remote.put(
          "key",
          Connection.environment(variable)
              .orElseThrow(
                  () -> Failure.usage("the environment variable " + variable + " is not set")));
    }
    if (priceIn != null || priceOut != null) {
      remote.put("currency", currency).put("per", TOKENS);
    }
    if (priceIn != null) {
      remote.put("inputPriceMicros", Money.micros(priceIn, currency));
    }
    if (priceOut != null) {
      remote.put("outputPriceMicros", Money.micros(priceOut, currency));
    }
    String next =
        priceIn == null && priceOut == null
            ? "its price is as before; without one it is no product: weir connect … --price-in, or"
                + " weir plans"
            : "to sell it: weir customers add NAME --plan " + name;
    return show(
        api().put(Endpoints.path(name), body), e -> "%s%n%s".formatted(Endpoints.line(e), next));
  }
}
