package dev.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.loader.Limits;
import dev.weir.loader.PluginSigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** What the commands about plugins share. */
public final class Plugins {

  private static final int KEY_MAX_BYTES = 4096;

  private Plugins() {}

  /** A key or signature: one line of base 64. */
  static String text(Path file) {
    return new String(ApiCommand.readFile(file, KEY_MAX_BYTES), StandardCharsets.US_ASCII).strip();
  }

  /** Sends a jar with the signature beside it. */
  public static JsonNode install(Api api, Path jar) {
    byte[] bytes = ApiCommand.readFile(jar, Limits.JAR_MAX_BYTES);
    Map<String, String> body =
        Map.of(
            "jar", Base64.getEncoder().encodeToString(bytes),
            "signature", text(PluginSigner.signatureOf(jar)));
    return api.post("/local/v1/plugins", body);
  }
}
