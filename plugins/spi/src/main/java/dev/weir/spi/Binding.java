package dev.weir.spi;

import java.util.List;
import java.util.Map;

/**
 * The channel's own name for one customer relation: a workspace, a tenant, a licence, an account.
 *
 * @param id the stable external identity, unique within the channel (Slack team id, Feishu tenant
 *     key, AWS LicenseArn, reseller's account id); 1 to 512 characters
 * @param displayName what a person would call it
 * @param aliases other identities that mean the same relation (a legacy customer identifier)
 * @param attributes plain facts that later calls need; never secrets; at most 4 KB in all
 */
public record Binding(
    String id, String displayName, List<String> aliases, Map<String, String> attributes) {

  public Binding {
    if (id.isEmpty() || id.length() > 512) {
      throw new IllegalArgumentException("binding id length " + id.length() + " not in 1..512");
    }
    aliases = List.copyOf(aliases);
    attributes = Map.copyOf(attributes);
  }

  public static Binding of(String id, String displayName) {
    return new Binding(id, displayName, List.of(), Map.of());
  }
}
