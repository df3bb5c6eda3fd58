package dev.weir.loader;

import java.util.Optional;

/** What a request to the cloud is signed with. Its text form shows the access key's id only. */
public record CloudCredentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

  @Override
  public String toString() {
    return "CloudCredentials[" + accessKeyId + "]";
  }
}
