package dev.weir.spi;

import java.util.Map;

/**
 * Posts and campaigns.
 *
 * <p>Host 1.0 loads a channel with this facet and never calls it: nothing in Weir makes posts.
 */
public interface Publishing {

  /** Publishes one post. Two calls with one key have one effect. */
  Receipt publish(Binding binding, Post post, String key);

  /** What to publish and where. */
  record Post(String target, String text, Map<String, String> attributes) {
    public Post {
      attributes = Map.copyOf(attributes);
    }
  }
}
