using System.Buffers.Binary;
using System.Text.Json;
using CloudPacs.FhirServer.Operations;

namespace CloudPacs.Profiles.Isolation;

/// <summary>What a worker is asked for.</summary>
internal enum QuestionKind
{
    Judge,
    Expand,
    ValidateCode,
}

/// <summary>A question; what it is about follows it.</summary>
internal sealed record Question
{
    public QuestionKind Kind { get; init; }

    /// <summary>State of the definitions of the site: with another one the worker asks for them anew.</summary>
    public string Stamp { get; init; } = "";

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public string? Url { get; init; }

    public string? Filter { get; init; }

    public int Offset { get; init; }

    public int? Count { get; init; }

    public IReadOnlyList<LookedForCode> Codes { get; init; } = [];
}

/// <summary>What a worker says: an answer, or that it needs a definition of the site first.</summary>
internal sealed record Answer
{
    public ProfileVerdict? Verdict { get; init; }

    public CodeVerdict? Code { get; init; }

    /// <summary>Code of value set issue-type; null when there is an answer.</summary>
    public string? ProblemCode { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Problem { get; init; }

    /// <summary>Canonical address of a definition that it asks for; it is sent next.</summary>
    public string? Wanted { get; init; }
}

/// <summary>What goes between this process and a worker: JSON and what belongs to it, their lengths before, little endian.</summary>
internal static class Exchange
{
    /// <summary>The first byte that a worker sends.</summary>
    public const byte Ready = 0x52;

    /// <summary>The list of codes of a large value set.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    public static async Task WriteAsync<T>(
        Stream stream, T head, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(head);
        var lengths = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(4), content.Length);
        await stream.WriteAsync(lengths, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(json, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next one; null at the end of the stream.</summary>
    /// <exception cref="IOException">The stream breaks off, or what comes is none.</exception>
    public static async Task<(T Head, byte[] Content)?> ReadAsync<T>(Stream stream, CancellationToken cancellationToken = default)
    {
        var lengths = new byte[8];
        var first = await stream.ReadAsync(lengths.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
        if (first == 0) return null;
        await stream.ReadExactlyAsync(lengths.AsMemory(1), cancellationToken).ConfigureAwait(false);
        var json = await TakeAsync(stream, BinaryPrimitives.ReadInt32LittleEndian(lengths), cancellationToken).ConfigureAwait(false);
        var content = await TakeAsync(stream, BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(4)), cancellationToken)
            .ConfigureAwait(false);
        return (JsonSerializer.Deserialize<T>(json)!, content);
    }

    private static async Task<byte[]> TakeAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        if (length is < 0 or > MaxBytes) throw new IOException("What came has a length that it cannot have.");
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}
