package dev.weir.aws;

import dev.weir.core.port.BlobRules;
import dev.weir.core.port.Blobs;
import dev.weir.core.port.Sha256;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * {@link Blobs} in one S3 bucket. An object's SHA-256 is kept in its metadata, so content goes
 * through a temporary file first; what came by a presigned URL has none.
 */
final class S3Blobs implements Blobs {

  /** How often an object is put where another's put is in the way. */
  static final int CONFLICTS_MAX = 3;

  private static final String SHA256 = "sha256";

  private final S3Client client;
  private final S3Presigner presigner;
  private final String bucket;

  S3Blobs(S3Client client, S3Presigner presigner, String bucket) {
    this.client = client;
    this.presigner = presigner;
    this.bucket = bucket;
  }

  /** Content on its way: its file, size and hash. */
  private record Spooled(Path file, long bytes, String sha256) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  private static Spooled spool(InputStream content, long length) throws IOException {
    Path file = Files.createTempFile("blob", ".part");
    MessageDigest digest = Sha256.digest();
    try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream out = new DigestOutputStream(raw, digest)) {
      content.transferTo(out);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    long bytes = Files.size(file);
    if (length >= 0 && bytes != length) {
      Files.deleteIfExists(file);
      throw new IOException("content is " + bytes + " B, not " + length + " B as said");
    }
    if (bytes > OBJECT_MAX_BYTES) {
      Files.deleteIfExists(file);
      throw new IOException("object " + bytes + " B > " + OBJECT_MAX_BYTES + " B");
    }
    return new Spooled(file, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public Stat put(String name, InputStream content, long length) throws IOException {
    BlobRules.checkName(name);
    try (Spooled spooled = spool(content, length)) {
      send(name, spooled, null);
      return new Stat(name, spooled.bytes(), spooled.sha256());
    }
  }

  @Override
  public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
    BlobRules.checkName(name);
    try (Spooled spooled = spool(content, length)) {
      return send(name, spooled, "*");
    }
  }

  @Override
  public String putContent(InputStream content) throws IOException {
    try (Spooled spooled = spool(content, -1)) {
      String name = "sha256/" + spooled.sha256();
      if (stat(name).isEmpty()) {
        send(name, spooled, null);
      }
      return name;
    }
  }

  private boolean send(String name, Spooled spooled, @Nullable String ifNoneMatch)
      throws IOException {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(name)
            .metadata(Map.of(SHA256, spooled.sha256()));
    if (ifNoneMatch != null) {
      request.ifNoneMatch(ifNoneMatch);
    }
    for (int i = 1; ; i++) {
      try {
        client.putObject(request.build(), RequestBody.fromFile(spooled.file()));
        return true;
      } catch (S3Exception e) {
        if (ifNoneMatch != null && e.statusCode() == 412) {
          return false;
        }
        // 409: somebody else is putting or deleting it now; who tries again learns which.
        if (ifNoneMatch == null || e.statusCode() != 409 || i == CONFLICTS_MAX) {
          throw failed("put", name, e);
        }
      } catch (SdkException e) {
        throw failed("put", name, e);
      }
    }
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    BlobRules.checkName(name);
    return get(name, GetObjectRequest.builder().bucket(bucket).key(name).build());
  }

  @Override
  public Optional<InputStream> open(String name, long offset, long length) throws IOException {
    BlobRules.checkName(name);
    BlobRules.checkRange(offset, length);
    Optional<Stat> stat = stat(name);
    if (stat.isEmpty()) {
      return Optional.empty();
    }
    if (length == 0 || offset >= stat.get().bytes()) {
      return Optional.of(InputStream.nullInputStream());
    }
    long last = Math.min(stat.get().bytes(), Math.addExact(offset, length)) - 1;
    String range = "bytes=" + offset + "-" + last;
    return get(name, GetObjectRequest.builder().bucket(bucket).key(name).range(range).build());
  }

  private Optional<InputStream> get(String name, GetObjectRequest request) throws IOException {
    try {
      return Optional.of(new FilterInputStream(client.getObject(request)) {});
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw failed("open", name, e);
    }
  }

  @Override
  public Optional<Stat> stat(String name) throws IOException {
    BlobRules.checkName(name);
    try {
      HeadObjectResponse head = client.headObject(r -> r.bucket(bucket).key(name));
      String sha256 = head.metadata().getOrDefault(SHA256, "");
      return Optional.of(new Stat(name, head.contentLength(), sha256));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return Optional.empty();
      }
      throw failed("stat", name, e);
    } catch (SdkException e) {
      throw failed("stat", name, e);
    }
  }

  @Override
  public List<String> list(String prefix, String after, int limit) throws IOException {
    BlobRules.checkList(limit);
    try {
      return client
          .listObjectsV2(r -> {
            r.bucket(bucket).prefix(prefix).maxKeys(limit);
            if (!after.isEmpty()) {
              r.startAfter(after);
            }
          })
          .contents()
          .stream()
          .map(S3Object::key)
          .toList();
    } catch (SdkException e) {
      throw failed("list", prefix, e);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    BlobRules.checkName(name);
    try {
      client.deleteObject(r -> r.bucket(bucket).key(name));
    } catch (SdkException e) {
      throw failed("delete", name, e);
    }
  }

  @Override
  public URI presignGet(String name, Duration lifetime) {
    BlobRules.checkName(name);
    BlobRules.checkLifetime(lifetime);
    return URI.create(
        presigner
            .presignGetObject(r ->
                r.signatureDuration(lifetime).getObjectRequest(g -> g.bucket(bucket).key(name)))
            .url()
            .toExternalForm());
  }

  @Override
  public URI presignPut(String name, Duration lifetime) {
    BlobRules.checkName(name);
    BlobRules.checkLifetime(lifetime);
    return URI.create(
        presigner
            .presignPutObject(r ->
                r.signatureDuration(lifetime).putObjectRequest(p -> p.bucket(bucket).key(name)))
            .url()
            .toExternalForm());
  }

  private IOException failed(String what, String name, SdkException e) {
    return new IOException(what + " " + name + " in bucket " + bucket + ": " + e.getMessage(), e);
  }
}
