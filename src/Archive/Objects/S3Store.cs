using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CloudPacs.Archive.Packs;

namespace CloudPacs.Archive.Objects;

/// <summary>Objects of a bucket, by the S3 protocol.</summary>
internal sealed class S3Store : IObjectStore
{
    private const int PartBytes = 8 * 1024 * 1024;
    private const int MostParts = 9_000;
    private const int PartsAtOnce = 3;
    private readonly ObjectStoreOptions _options;
    private readonly AmazonS3Client _client;

    public S3Store(ObjectStoreOptions options)
    {
        _options = options;
        var settings = new AmazonS3Config
        {
            MaxErrorRetry = 2, Timeout = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        if (options.Service is { } service)
        {
            settings.ServiceURL = service.ToString();
            settings.AuthenticationRegion = options.Region;
            settings.ForcePathStyle = true;
        }
        else
        {
            settings.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = options is { AccessKey: { } access, SecretKey: { } secret }
            ? new AmazonS3Client(new BasicAWSCredentials(access, secret), settings)
            : new AmazonS3Client(settings);
    }

    public Task PutAsync(string name, IPackSource source, long offset, long length, CancellationToken cancellationToken) => Tell(async () =>
    {
        var crcs = length <= PartBytes
            ? [await PutWholeAsync(name, source, offset, (int)length, cancellationToken).ConfigureAwait(false)]
            : await PutInPartsAsync(name, source, offset, length, cancellationToken).ConfigureAwait(false);
        await CompareAsync(name, length, crcs, cancellationToken).ConfigureAwait(false);
        ArchiveMetrics.Uploads.Add(1);
        return true;
    });

    public Task PutAsync(string name, byte[] content, CancellationToken cancellationToken) => Tell(async () =>
    {
        await PutWholeAsync(name, content, cancellationToken).ConfigureAwait(false);
        await CompareAsync(name, content.Length, [Crc32C.Of(content)], cancellationToken).ConfigureAwait(false);
        return true;
    });

    public Task<long?> LengthAsync(string name, CancellationToken cancellationToken) => Tell(async () =>
    {
        try
        {
            var key = _options.Prefix + name;
            var head = await _client.GetObjectMetadataAsync(_options.Bucket, key, cancellationToken).ConfigureAwait(false);
            return (long?)head.ContentLength;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    public Task<int> ReadAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => Tell(async () =>
    {
        var request = new GetObjectRequest
        {
            BucketName = _options.Bucket, Key = _options.Prefix + name, ByteRange = new ByteRange(offset, offset + buffer.Length - 1),
        };
        try
        {
            using var response = await _client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return await response.ResponseStream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return 0;
        }
    });

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        Tell(() => _client.DeleteObjectAsync(_options.Bucket, _options.Prefix + name, cancellationToken));

    public async IAsyncEnumerable<string> ListAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = _options.Prefix + beginning };
        do
        {
            var page = await Tell(() => _client.ListObjectsV2Async(request, cancellationToken)).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? []) yield return found.Key[_options.Prefix.Length..];
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public void Dispose() => _client.Dispose();

    private async Task<uint> PutWholeAsync(string name, IPackSource source, long offset, int length, CancellationToken cancellationToken)
    {
        var content = new byte[length];
        if (!await source.TryReadExactAsync(offset, content, cancellationToken).ConfigureAwait(false)) throw Torn(name);
        await PutWholeAsync(name, content, cancellationToken).ConfigureAwait(false);
        return Crc32C.Of(content);
    }

    private Task<PutObjectResponse> PutWholeAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        // Without chunks: some services keep the framing of aws-chunked bodies as if it were content.
        var request = new PutObjectRequest
        {
            BucketName = _options.Bucket, Key = _options.Prefix + name, InputStream = new MemoryStream(content), UseChunkEncoding = false,
        };
        if (_options.ServerSideEncryption is { } method) request.ServerSideEncryptionMethod = new ServerSideEncryptionMethod(method);
        if (_options.ServerSideEncryptionKeyId is { } key) request.ServerSideEncryptionKeyManagementServiceKeyId = key;
        return _client.PutObjectAsync(request, cancellationToken);
    }

    private async Task<uint[]> PutInPartsAsync(
        string name, IPackSource source, long offset, long length, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = _options.Bucket, Key = _options.Prefix + name };
        if (_options.ServerSideEncryption is { } method) start.ServerSideEncryptionMethod = new ServerSideEncryptionMethod(method);
        if (_options.ServerSideEncryptionKeyId is { } key) start.ServerSideEncryptionKeyManagementServiceKeyId = key;
        var upload = await _client.InitiateMultipartUploadAsync(start, cancellationToken).ConfigureAwait(false);
        try
        {
            var partBytes = PartBytesOf(length);
            var crcs = new uint[(int)((length + partBytes - 1) / partBytes)];
            var parts = new PartETag[crcs.Length];
            var pace = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, crcs.Length), pace, async (i, cancel) =>
            {
                var content = new byte[(int)Math.Min(partBytes, length - (i * partBytes))];
                if (!await source.TryReadExactAsync(offset + (i * partBytes), content, cancel).ConfigureAwait(false)) throw Torn(name);
                crcs[i] = Crc32C.Of(content);
                var request = new UploadPartRequest
                {
                    BucketName = _options.Bucket, Key = start.Key, UploadId = upload.UploadId, PartNumber = i + 1,
                    PartSize = content.Length, InputStream = new MemoryStream(content), UseChunkEncoding = false,
                };
                parts[i] = new PartETag(await _client.UploadPartAsync(request, cancel).ConfigureAwait(false));
            }).ConfigureAwait(false);
            var end = new CompleteMultipartUploadRequest
            {
                BucketName = _options.Bucket, Key = start.Key, UploadId = upload.UploadId, PartETags = [.. parts],
            };
            await _client.CompleteMultipartUploadAsync(end, cancellationToken).ConfigureAwait(false);
            return crcs;
        }
        catch
        {
            // What was sent would be paid for until somebody gives it up; if the service is away, its life-cycle rule does that.
            await Task.WhenAny(_client.AbortMultipartUploadAsync(_options.Bucket, start.Key, upload.UploadId, CancellationToken.None))
                .ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads back what was stored: a service may answer well and keep something else.</summary>
    private async Task CompareAsync(string name, long length, uint[] crcs, CancellationToken cancellationToken)
    {
        var stored = await LengthAsync(name, cancellationToken).ConfigureAwait(false);
        if (stored != length)
            throw new ArchiveException(ArchiveFault.Changed, $"The object store has {stored} bytes as {name}, of {length} that were sent.");
        var partBytes = crcs.Length == 1 ? length : PartBytesOf(length);
        var buffer = new byte[(int)Math.Min(partBytes, length)];
        for (var i = 0; i < crcs.Length; i++)
        {
            var read = length == 0 ? 0 : await ReadAsync(name, i * partBytes, buffer, cancellationToken).ConfigureAwait(false);
            if (Crc32C.Of(buffer.AsSpan(0, read)) != crcs[i])
                throw new ArchiveException(ArchiveFault.Changed, $"The object store has other bytes as {name} than were sent.");
        }
    }

    private static long PartBytesOf(long length) => Math.Max(PartBytes, (length / MostParts) + 1);

    private static ArchiveException Torn(string name) => new(ArchiveFault.Failed, $"What is stored as {name} ends too early here.");

    /// <summary>Every way in which a service may fail becomes one kind of exception.</summary>
    private static async Task<T> Tell<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            throw new ArchiveException(ArchiveFault.Missing, "The object store has no such object.", e);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or WebException
            or TimeoutException or (IOException and not ArchiveException)
            or OperationCanceledException { InnerException: TimeoutException })
        {
            throw new ArchiveException(ArchiveFault.Failed, $"The object store failed: {e.Message}", e);
        }
    }
}
