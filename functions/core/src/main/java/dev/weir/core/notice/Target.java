package dev.weir.core.notice;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who is told, and how.
 *
 * @param id {@code [a-z0-9-]{1,64}}
 * @param on of whom it is told: {@code vendor} of everything, {@code customer:ID} of that customer
 *     and all its agreements, {@code agreement:ID}, {@code channel:ID}, {@code key:ID}
 * @param types what it is told, such as {@code budget} or {@code dunning.suspended}; none: all
 */
public record Target(String id, String on, Way way, List<String> types) {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern ON =
      Pattern.compile("vendor|(channel|customer|agreement|key):[a-z0-9-]{1,64}");
  private static final Pattern TYPE = Pattern.compile("[a-z_]{1,32}(\\.[a-z_]{1,32})?");
  private static final int TYPES_MAX = 16;
  private static final int ATTRIBUTES_MAX = 8;
  private static final int ATTRIBUTE_MAX_CHARS = 200;

  public Target {
    types = List.copyOf(types);
    require(ID.matcher(id).matches(), "target \"" + id + "\" is not [a-z0-9-]{1,64}");
    require(
        ON.matcher(on).matches(),
        "\"" + on + "\" is neither vendor nor channel:, customer:, agreement: or key:ID");
    require(types.size() <= TYPES_MAX, "types " + types.size() + " > " + TYPES_MAX);
    types.forEach(type ->
        require(
            TYPE.matcher(type).matches(),
            "type \"" + type + "\" is not like budget or dunning.suspended"));
    require(
        !(way instanceof Way.Chat) || on.startsWith("agreement:"),
        "a chat is told of one agreement: \"" + on + "\" is not agreement:ID");
  }

  /** How somebody is told. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Way.Webhook.class, name = "webhook"),
    @JsonSubTypes.Type(value = Way.Chat.class, name = "chat")
  })
  public sealed interface Way {

    /** By a POST that is signed in the way of Standard Webhooks. */
    record Webhook(String url) implements Way {}

    /**
     * By a message through a channel that delivers to the agreement.
     *
     * @param attributes where in it, in that channel's words: {@code channel} of Slack, {@code
     *     message_id} of Feishu
     */
    record Chat(String channelId, Map<String, String> attributes) implements Way {
      public Chat {
        attributes = Map.copyOf(attributes);
        require(
            attributes.size() <= ATTRIBUTES_MAX,
            "attributes " + attributes.size() + " > " + ATTRIBUTES_MAX);
        attributes.forEach((name, value) ->
            require(
                name.length() <= ATTRIBUTE_MAX_CHARS && value.length() <= ATTRIBUTE_MAX_CHARS,
                "an attribute is longer than " + ATTRIBUTE_MAX_CHARS + " characters"));
      }
    }
  }

  /** Whether it wants notices of a type. */
  boolean wants(String type) {
    return types.isEmpty()
        || types.stream().anyMatch(t -> type.equals(t) || type.startsWith(t + "."));
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new ProblemException(Problem.invalid(violated));
    }
  }
}
