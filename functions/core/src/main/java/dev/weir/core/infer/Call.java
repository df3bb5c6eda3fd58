package dev.weir.core.infer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A call that has a row. Its states are types, so that a wrong transition does not compile. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Call.Submitted.class, name = "submitted"),
  @JsonSubTypes.Type(value = Call.Running.class, name = "running"),
  @JsonSubTypes.Type(value = Call.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Call.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = Call.Direct.class, name = "direct")
})
public sealed interface Call {

  /** The same call without anybody's words. */
  Call erased();

  /**
   * A question that came through a channel.
   *
   * @param bindingId how the channel names the tenant
   * @param conversation where the reply belongs
   * @param user who asked, as the channel names them; blank once they were forgotten
   * @param text what was said; blank once it was erased
   * @param attributes what the channel needs to deliver the reply
   */
  record Question(
      String callId,
      String channelId,
      String agreementId,
      String bindingId,
      String conversation,
      String user,
      String text,
      Map<String, String> attributes,
      Instant askedAt) {
    public Question {
      attributes = Map.copyOf(attributes);
    }

    Question erased() {
      return new Question(
          callId, channelId, agreementId, bindingId, conversation, "", "", Map.of(), askedAt);
    }
  }

  /**
   * What was answered.
   *
   * @param answered whether the model was sure enough; false where it said that it does not know
   * @param confidence 0 to 1 as decimal text, where the model gives one
   */
  record Answer(
      String text,
      boolean answered,
      Optional<String> confidence,
      Optional<String> intent,
      Tokens tokens,
      long computeUs) {
    Answer erased() {
      return new Answer("", answered, confidence, intent, tokens, computeUs);
    }
  }

  /** Waits in the queue. */
  record Submitted(Question question, int attempts) implements Call {
    @Override
    public Submitted erased() {
      return new Submitted(question.erased(), attempts);
    }

    Running start(Instant leaseUntil) {
      return new Running(question, attempts + 1, leaseUntil);
    }
  }

  /** Is being answered by attempt {@code attempts}, until its lease ends. */
  record Running(Question question, int attempts, Instant leaseUntil) implements Call {
    @Override
    public Running erased() {
      return new Running(question.erased(), attempts, leaseUntil);
    }

    Submitted again() {
      return new Submitted(question, attempts);
    }

    Running taken(Instant until) {
      return new Running(question, attempts + 1, until);
    }

    Done done(Answer answer, boolean firstAnswer, Instant at) {
      return new Done(question, answer, firstAnswer, at);
    }

    Failed failed(String reason, Instant at) {
      return new Failed(question, reason, at);
    }
  }

  /** Was answered and is billed. {@code firstAnswer}: the first sure one of its conversation. */
  record Done(Question question, Answer answer, boolean firstAnswer, Instant at) implements Call {
    @Override
    public Done erased() {
      return new Done(question.erased(), answer.erased(), firstAnswer, at);
    }
  }

  /** Was given up and is not billed. */
  record Failed(Question question, String reason, Instant at) implements Call {
    @Override
    public Failed erased() {
      return new Failed(question.erased(), reason, at);
    }
  }

  /** Was answered while the customer waited, by a remote endpoint; nothing said is kept. */
  record Direct(
      String callId,
      String agreementId,
      String channelId,
      String endpoint,
      Tokens tokens,
      Instant at)
      implements Call {
    @Override
    public Direct erased() {
      return this;
    }
  }
}
