package dev.weir.spi;

import java.util.Map;
import java.util.Optional;

/**
 * A market that stands in front of our API and proxies its customers' calls.
 *
 * <p>Host 1.0 loads a channel with this facet and never calls it: calls are authenticated by Weir's
 * own API keys only. It stands here so that the word is taken.
 */
public interface Edge {

  /** Who calls: the binding's id, or empty where the request does not prove it. */
  Optional<String> authenticate(RawRequest request);

  /** Headers to add to the answer: request ids, billing objects. */
  Map<String, String> decorate(String callId, Map<String, Long> usage);
}
