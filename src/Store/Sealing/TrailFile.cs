using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// A trail as a file that is verified like the database it is from: JSON, a line each (NDJSON). First the public keys, then the blocks by
/// their numbers, then the rows in the order of the trail.
/// </summary>
public sealed class TrailFile : ITrailSource, IDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly FileStream _file;
    private readonly Dictionary<string, byte[]> _keys = [];
    private readonly List<(DateTimeOffset First, long Number, long Offset)> _byTime = [];
    private long _firstBlock = -1;
    private long _firstRow;

    private TrailFile(FileStream file) => _file = file;

    /// <summary>Writes a trail to a new file.</summary>
    /// <returns>How many rows it has.</returns>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static async Task<long> WriteAsync(StoredTrail trail, string path, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            await foreach (var key in trail.KeysAsync(cancellationToken).ConfigureAwait(false)) Write(file, new Line(Key: key));
            await foreach (var block in trail.BlocksAsync(cancellationToken).ConfigureAwait(false)) Write(file, new Line(Block: block));
            var count = 0L;
            await foreach (var row in trail.RowsAsync(cancellationToken).ConfigureAwait(false))
            {
                Write(file, new Line(Row: row));
                count++;
            }

            return count;
        }
    }

    /// <summary>Opens a file that <see cref="WriteAsync"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static async Task<TrailFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var trail = new TrailFile(File.OpenRead(path));
        try
        {
            await foreach (var (offset, line) in trail.LinesAsync(0, cancellationToken).ConfigureAwait(false))
            {
                trail._firstRow = offset;
                if (line.Row is not null) break;
                if (line.Key is { } key) trail._keys[Convert.ToHexString(key.Id)] = key.Bytes;
                if (line.Block is not { } block) continue;
                if (trail._firstBlock < 0) trail._firstBlock = offset;
                if (block is { FirstAt: { } first, Entries: not null }) trail._byTime.Add((first, block.Number, offset));
            }
        }
        catch
        {
            trail.Dispose();
            throw;
        }

        trail._byTime.Sort();
        return trail;
    }

    public async IAsyncEnumerable<AuditBlock> BlocksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_firstBlock < 0) yield break;
        await foreach (var (_, line) in LinesAsync(_firstBlock, cancellationToken).ConfigureAwait(false))
        {
            if (line.Block is not { } block) yield break;
            yield return block;
        }
    }

    public async IAsyncEnumerable<AuditBlock> BlocksByTimeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (_, _, offset) in _byTime)
        {
            await foreach (var (_, line) in LinesAsync(offset, cancellationToken).ConfigureAwait(false))
            {
                yield return line.Block!;
                break;
            }
        }
    }

    public async IAsyncEnumerable<AuditRow> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, line) in LinesAsync(_firstRow, cancellationToken).ConfigureAwait(false))
            if (line.Row is { } row) yield return row;
    }

    public Task<byte[]?> KeyAsync(byte[] id, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.GetValueOrDefault(Convert.ToHexString(id)));

    public void Dispose() => _file.Dispose();

    private static void Write(FileStream file, Line line)
    {
        JsonSerializer.Serialize(file, line, Format);
        file.WriteByte((byte)'\n');
    }

    /// <summary>Lines from a place on; several readers may be at different places.</summary>
    private async IAsyncEnumerable<(long Offset, Line Line)> LinesAsync(
        long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (buffer, have) = (new byte[1 << 16], 0);
        while (true)
        {
            var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, buffer.AsMemory(have), offset + have, cancellationToken)
                .ConfigureAwait(false);
            have += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, have - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                yield return (offset + start, Parse(buffer.AsSpan(start, end), offset + start));
            if (read == 0 && start < have) yield return (offset + start, Parse(buffer.AsSpan(start, have - start), offset + start));
            if (read == 0) yield break;
            buffer.AsSpan(start, have - start).CopyTo(buffer);
            (offset, have) = (offset + start, have - start);
            if (have == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }

    private static Line Parse(ReadOnlySpan<byte> text, long offset)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Format) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The file is no export of an audit trail: what is at byte {offset} cannot be read.", e);
        }
    }

    /// <summary>One line has one of them.</summary>
    private sealed record Line(PublicKey? Key = null, AuditBlock? Block = null, AuditRow? Row = null);
}

/// <summary>A public key and its id.</summary>
public sealed record PublicKey(byte[] Id, byte[] Bytes);
