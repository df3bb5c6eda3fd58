package dev.weir.spi;

import java.util.Map;

/** Posts and campaigns. */
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
