package dev.weir.kit;

import dev.weir.spi.Measuring;
import java.util.ArrayList;
import java.util.List;

/**
 * What a chat counts: a message for each finished call, and a resolved conversation at its first
 * confident answer.
 */
public final class MessageMeters implements Measuring {

  public static final String MESSAGES = "messages";
  public static final String RESOLVED_CONVERSATIONS = "resolved_conversations";

  @Override
  public List<Quantity> measure(Completion completion) {
    List<Quantity> quantities = new ArrayList<>();
    quantities.add(new Quantity(MESSAGES, 1));
    if (completion.answered() && completion.firstAnswer()) {
      quantities.add(new Quantity(RESOLVED_CONVERSATIONS, 1));
    }
    return quantities;
  }
}
