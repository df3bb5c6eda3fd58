package dev.weir.core.port.memory;

import dev.weir.core.port.BlobRules;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** {@link Blobs} in memory. Thread-safe. Presigned URLs work through {@link #follow}. */
public final class MemoryBlobs implements Blobs {

  private final InstantSource clock;
  private final ConcurrentNavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  public MemoryBlobs(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Stat put(String name, InputStream content, long length) throws IOException {
    BlobRules.checkName(name);
    byte[] bytes = read(content, length);
    objects.put(name, bytes);
    return new Stat(name, bytes.length, Sha256.hex(bytes));
  }

  @Override
  public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
    BlobRules.checkName(name);
    return objects.putIfAbsent(name, read(content, length)) == null;
  }

  @Override
  public String putContent(InputStream content) throws IOException {
    byte[] bytes = content.readAllBytes();
    String name = "sha256/" + Sha256.hex(bytes);
    objects.put(name, bytes);
    return name;
  }

  private static byte[] read(InputStream content, long length) throws IOException {
    byte[] bytes = content.readAllBytes();
    if (length >= 0 && bytes.length != length) {
      throw new IOException("content " + bytes.length + " B, announced " + length);
    }
    return bytes;
  }

  @Override
  public Optional<InputStream> open(String name) {
    return open(name, 0, OBJECT_MAX_BYTES);
  }

  @Override
  public Optional<InputStream> open(String name, long offset, long length) {
    BlobRules.checkName(name);
    BlobRules.checkRange(offset, length);
    return Optional.ofNullable(objects.get(name))
        .map(bytes -> {
          int from = (int) Math.min(offset, bytes.length);
          int count = (int) Math.min(length, bytes.length - from);
          return new ByteArrayInputStream(bytes, from, count);
        });
  }

  @Override
  public Optional<Stat> stat(String name) {
    BlobRules.checkName(name);
    return Optional.ofNullable(objects.get(name))
        .map(bytes -> new Stat(name, bytes.length, Sha256.hex(bytes)));
  }

  @Override
  public List<String> list(String prefix, String after, int limit) {
    BlobRules.checkList(limit);
    boolean fromPrefix = prefix.compareTo(after) > 0;
    return objects.tailMap(fromPrefix ? prefix : after, fromPrefix).keySet().stream()
        .takeWhile(name -> name.startsWith(prefix))
        .limit(limit)
        .toList();
  }

  @Override
  public void delete(String name) {
    BlobRules.checkName(name);
    objects.remove(name);
  }

  @Override
  public URI presignGet(String name, Duration lifetime) {
    return presign("get", name, lifetime);
  }

  @Override
  public URI presignPut(String name, Duration lifetime) {
    return presign("put", name, lifetime);
  }

  private URI presign(String method, String name, Duration lifetime) {
    BlobRules.checkName(name);
    BlobRules.checkLifetime(lifetime);
    return URI.create(
        "memory://" + method + "/" + name + "?" + clock.instant().plus(lifetime).toEpochMilli());
  }

  /** Reads or writes by a presigned URL; a write is given the content. Empty where refused. */
  public Optional<byte[]> follow(URI url, Optional<byte[]> content) {
    Instant expires = Instant.ofEpochMilli(Long.parseLong(url.getQuery()));
    boolean write = "put".equals(url.getHost());
    if (!expires.isAfter(clock.instant()) || write != content.isPresent()) {
      return Optional.empty();
    }
    String name = url.getPath().substring(1);
    content.ifPresent(bytes -> objects.put(name, bytes.clone()));
    return Optional.ofNullable(objects.get(name)).map(byte[]::clone);
  }
}
