using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>
/// Names the values of resources by 64-bit keys: what is compared for equality is found by its key, whatever it is. The key of a value in a
/// place is the exclusive-or of both, so that the places of one value, and the values of one place, can be told from keys alone.
/// </summary>
/// <param name="seed">Of the installation: nobody who does not know it can make two values that have one key.</param>
public sealed class IndexKeys(long seed)
{
    private const int Small = 128;

    private readonly long _texts = Of(seed, Form.Within, "text"u8, default), _identifiers = Of(seed, Form.Within, "identifier"u8, default);

    /// <summary>The place: an element of a type of resources.</summary>
    public long Place(string type, ElementPath path) => Place(
        $"{type}.{path}{(path.System is { } system ? "?" + system : "")}{(path.IsPresence ? "?" : "")}");

    /// <summary>The texts of a coded element.</summary>
    public long TextsOf(long place) => place ^ _texts;

    /// <summary>The identifier of a reference.</summary>
    public long IdentifiersOf(long place) => place ^ _identifiers;

    /// <summary>A place that holds only what stands beside a value: the second component of a composite.</summary>
    public long Beside(long place, long value) => (long)XxHash3.HashToUInt64(BitConverter.GetBytes(place ^ value), seed);

    /// <summary>The places that a parameter looks at.</summary>
    public IReadOnlyList<long> PlacesOf(SearchParameter parameter) =>
    [
        .. parameter.Paths.Where(path => SearchIndexing.IsIndexed(parameter.Kind, path))
            .Select(path => Place(parameter.ResourceType, path)).Distinct()
    ];

    /// <summary>A resource, and every reference to it.</summary>
    /// <param name="reference"><c>Patient/123</c>, or an absolute address of another server.</param>
    public long Reference(ReadOnlySpan<byte> reference) => Of(Form.Reference, reference, default);

    /// <summary>A code of whatever system, or the value of an identifier.</summary>
    public long Code(ReadOnlySpan<byte> code) => Of(Form.Code, code, default);

    /// <summary>A code of a system; an empty system for a code that has none.</summary>
    public long CodeOf(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => Of(Form.CodeOfSystem, system, code);

    /// <summary>Whatever code of a system.</summary>
    public long System(ReadOnlySpan<byte> system) => Of(Form.System, system, default);

    /// <summary>The value of an identifier whose type is a code of a system (<c>:of-type</c>).</summary>
    public long OfType(long type, ReadOnlySpan<byte> value) => type ^ Of(Form.OfType, value, default);

    /// <summary>Text as it is written.</summary>
    public long Exact(ReadOnlySpan<byte> text) => Of(Form.Exact, text, default);

    public long Uri(ReadOnlySpan<byte> uri) => Of(Form.Uri, uri, default);

    /// <summary>What is remembered of a place that has a value.</summary>
    /// <param name="place">The place.</param>
    /// <param name="target">References to this type only; null for all values.</param>
    public int Presence(long place, string? target)
    {
        if (target is not null) place ^= Of(Form.Within, Encoding.UTF8.GetBytes(target), default);
        return (int)(place ^ (place >> 32));
    }

    public long Reference(string reference) => Reference(Encoding.UTF8.GetBytes(reference));

    public long Code(string code) => Code(Encoding.UTF8.GetBytes(code));

    public long CodeOf(string system, string code) => CodeOf(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code));

    public long System(string system) => System(Encoding.UTF8.GetBytes(system));

    public long Exact(string text) => Exact(Encoding.UTF8.GetBytes(text));

    public long Uri(string uri) => Uri(Encoding.UTF8.GetBytes(uri));

    private long Place(string name) => Of(Form.Place, Encoding.UTF8.GetBytes(name), default);

    private long Of(Form form, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Of(seed, form, first, second);

    private static long Of(long seed, Form form, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length + 2;
        var rented = length > Small ? ArrayPool<byte>.Shared.Rent(length) : null;
        var bytes = rented is null ? stackalloc byte[Small] : rented;
        bytes[0] = (byte)form;
        first.CopyTo(bytes[1..]);
        // No text has this byte: two parts are never read as two others.
        bytes[1 + first.Length] = 0xFF;
        second.CopyTo(bytes[(2 + first.Length)..]);
        var hash = (long)XxHash3.HashToUInt64(bytes[..length], seed);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    /// <summary>Kinds of values; their numbers are part of stored keys.</summary>
    private enum Form : byte
    {
        Place = 1,
        Within = 2,
        Reference = 3,
        Code = 4,
        CodeOfSystem = 5,
        System = 6,
        OfType = 7,
        Exact = 8,
        Uri = 9,
    }
}
