package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Counts tokens without a tokenizer: one per Han, Kana or Hangul character, one per four characters
 * of every other run without spaces (rounded up), four per message for its frame. Rules of thumb
 * that OpenAI publishes for its own tokenizers; for other models they are off by tens of per cent,
 * so what is counted so is marked as estimated.
 */
final class TokenEstimate {

  /** Added per message: role and separators. */
  static final int PER_MESSAGE = 4;

  private static final int CHARS_PER_TOKEN = 4;

  private TokenEstimate() {}

  static long of(CharSequence text) {
    long tokens = 0;
    int run = 0;
    for (int i = 0; i < text.length(); ) {
      int c = Character.codePointAt(text, i);
      i += Character.charCount(c);
      boolean single = Languages.ideographic(c);
      if (single || Character.isWhitespace(c)) {
        tokens += ceil(run);
        run = 0;
        tokens += single ? 1 : 0;
      } else {
        run++;
      }
    }
    return tokens + ceil(run);
  }

  /** The prompt of a chat request: every text in its messages, and its tools. */
  static long ofPrompt(JsonNode request) {
    long tokens = 0;
    for (JsonNode message : request.path("messages")) {
      tokens += PER_MESSAGE + ofContent(message.path("content"));
      tokens += message.has("tool_calls") ? of(message.path("tool_calls").toString()) : 0;
    }
    return tokens + (request.has("tools") ? of(request.path("tools").toString()) : 0);
  }

  static long ofContent(JsonNode content) {
    if (content.isTextual()) {
      return of(content.textValue());
    }
    long tokens = 0;
    for (JsonNode part : content) {
      tokens += of(part.path("text").asText(""));
    }
    return tokens;
  }

  private static long ceil(int chars) {
    return ((long) chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
  }
}
