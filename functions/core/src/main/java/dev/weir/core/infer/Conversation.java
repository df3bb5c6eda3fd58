package dev.weir.core.infer;

import dev.weir.core.meter.StableId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a page shows of a conversation: its latest question and answer, shortened.
 *
 * @param id follows from channel, binding and the channel's own name of it
 * @param messages answered in it
 * @param firstAnswer the call that gave its first sure answer; a conversation that was quiet for
 *     {@link #QUIET} begins anew
 */
public record Conversation(
    String id,
    String channelId,
    String agreementId,
    Instant startedAt,
    Instant lastAt,
    long messages,
    Optional<String> firstAnswer,
    String lastCall,
    String question,
    String answer,
    boolean answered) {

  /** After so long without a message a channel's conversation counts as a new one. */
  public static final Duration QUIET = Duration.ofHours(24);

  /** How much of a text is kept for lists, in characters. */
  public static final int EXCERPT_MAX_CHARS = 300;

  static String id(Call.Question question) {
    return StableId.of(question.channelId(), question.bindingId(), question.conversation());
  }

  static Conversation begin(Call.Question question, Instant at) {
    return new Conversation(
        id(question),
        question.channelId(),
        question.agreementId(),
        at,
        at,
        0,
        Optional.empty(),
        "",
        "",
        "",
        false);
  }

  boolean quietAt(Instant at) {
    return at.isAfter(lastAt.plus(QUIET));
  }

  Conversation with(Call.Question asked, Call.Answer given, Instant at) {
    return new Conversation(
        id,
        channelId,
        agreementId,
        startedAt,
        at,
        messages + 1,
        firstAnswer.or(() -> given.answered() ? Optional.of(asked.callId()) : Optional.empty()),
        asked.callId(),
        excerpt(asked.text()),
        excerpt(given.text()),
        given.answered());
  }

  Conversation erased() {
    return new Conversation(
        id,
        channelId,
        agreementId,
        startedAt,
        lastAt,
        messages,
        firstAnswer,
        lastCall,
        "",
        "",
        answered);
  }

  private static String excerpt(String text) {
    if (text.length() <= EXCERPT_MAX_CHARS) {
      return text;
    }
    boolean split = Character.isHighSurrogate(text.charAt(EXCERPT_MAX_CHARS - 1));
    return text.substring(0, split ? EXCERPT_MAX_CHARS - 1 : EXCERPT_MAX_CHARS) + "…";
  }
}
