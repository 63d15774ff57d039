using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>Takes the values of one element, by its type (FHIR R4 search.html 3.1.1.4.4 to 3.1.1.4.13).</summary>
internal static class ElementValues
{
    /// <summary>Takes what a value that is no object has for a leaf; the reader stays at it.</summary>
    public static void TakePrimitive(ref Utf8JsonReader reader, IndexLeaf leaf, ValueCollector to)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            var isTrue = reader.TokenType == JsonTokenType.True;
            if (leaf.Form == LeafForm.Code) TakeCode(isTrue ? "true"u8 : "false"u8, leaf, to);
            if (leaf.Form == LeafForm.Presence && isTrue) TakeCode("true"u8, leaf, to);
            return;
        }

        // Also null, which has no text.
        var slice = to.Text(ref reader);
        if (slice.Length == 0) return;
        var text = to[slice];
        switch (leaf.Form)
        {
            case LeafForm.Code:
                TakeCode(text, leaf, to);
                break;
            case LeafForm.FoldedCode:
                TakeFoldedCode(slice, leaf, to);
                break;
            case LeafForm.Presence:
                TakeCode("true"u8, leaf, to);
                break;
            case LeafForm.Date:
                if (!DateInterval.TryParse(text, to.Zone, out var time)) break;
                to.Date(leaf.Place, time);
                to.Present(leaf.Place);
                break;
            case LeafForm.Text:
                to.Folded(leaf.Place, slice);
                to.Key(leaf.Place, to.Keys.Exact(text));
                to.Present(leaf.Place);
                break;
            case LeafForm.Uri:
                to.Key(leaf.Place, to.Keys.Uri(text));
                if (!text.StartsWith("urn:"u8)) to.Written(leaf.Place, slice);
                to.Present(leaf.Place);
                break;
            case LeafForm.Canonical:
                TakeCanonical(text, leaf, to);
                break;
            case LeafForm.Number:
                if (!NumberInterval.TryParse(text, out var number)) break;
                to.Number(leaf.Place, number.Value, number.Value);
                to.Present(leaf.Place);
                break;
        }
    }

    /// <summary>Takes what an object, at whose beginning the reader stands, has for a leaf; the reader may be left anywhere.</summary>
    public static void TakeObject(ref Utf8JsonReader reader, IndexLeaf leaf, ValueCollector to)
    {
        switch (leaf.Form)
        {
            case LeafForm.Coding:
                to.Present(leaf.Place);
                CodedValues.TakeCoding(ref reader, leaf.Place, leaf.Place, to);
                break;
            case LeafForm.CodeableConcept:
                to.Present(leaf.Place);
                CodedValues.TakeConcept(ref reader, leaf.Place, to);
                break;
            case LeafForm.Identifier:
                to.Present(leaf.Place);
                CodedValues.TakeIdentifier(ref reader, leaf.Place, hasTypes: true, to);
                break;
            case LeafForm.ContactPoint:
                CodedValues.TakeContactPoint(ref reader, leaf, to);
                break;
            case LeafForm.Presence:
                TakeCode("true"u8, leaf, to);
                break;
            case LeafForm.Element:
                to.Present(leaf.Place);
                break;
            case LeafForm.Reference:
                if (leaf.Target is null) to.Present(leaf.Place);
                TakeReference(ref reader, leaf, to);
                break;
            case LeafForm.Period:
                to.Present(leaf.Place);
                to.Date(leaf.Place, TimeValues.Period(ref reader, to));
                break;
            case LeafForm.Timing:
                to.Present(leaf.Place);
                if (TimeValues.Timing(ref reader, to) is { } bounds) to.Date(leaf.Place, bounds);
                break;
            case LeafForm.Quantity:
                to.Present(leaf.Place);
                QuantityValues.TakeQuantity(ref reader, leaf.Place, to);
                break;
            case LeafForm.Range:
                to.Present(leaf.Place);
                QuantityValues.TakeRange(ref reader, leaf.Place, to);
                break;
            case LeafForm.SampledData:
                to.Present(leaf.Place);
                QuantityValues.TakeSampledData(ref reader, leaf.Place, to);
                break;
        }
    }

    private static void TakeCode(ReadOnlySpan<byte> code, IndexLeaf leaf, ValueCollector to)
    {
        to.Key(leaf.Place, to.Keys.Code(code));
        to.Present(leaf.Place);
    }

    private static void TakeFoldedCode(Slice text, IndexLeaf leaf, ValueCollector to)
    {
        to.Key(leaf.Place, to.Keys.Code(FoldedCode.Of(to[text])));
        to.Folded(to.Keys.TextsOf(leaf.Place), text);
        to.Present(leaf.Place);
    }

    private static void TakeReference(ref Utf8JsonReader reader, IndexLeaf leaf, ValueCollector to)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("reference"u8))
            {
                if (MemberValues.Next(ref reader, to) is { Length: > 0 } reference) TakeLiteral(to[reference], leaf, to);
            }
            else if (reader.ValueTextEquals("identifier"u8))
            {
                reader.Read();
                var place = to.Keys.IdentifiersOf(leaf.Place);
                if (reader.TokenType == JsonTokenType.StartObject) CodedValues.TakeIdentifier(ref reader, place, hasTypes: false, to);
                else reader.Skip();
            }
            else
            {
                MemberValues.Pass(ref reader);
            }
        }
    }

    /// <summary>A versioned reference is found with and without its version; one to a contained resource is none to others.</summary>
    private static void TakeLiteral(ReadOnlySpan<byte> reference, IndexLeaf leaf, ValueCollector to)
    {
        if (reference[0] == '#') return;
        reference = to.Relative(reference);
        if (leaf.Target is { } target)
        {
            if (!IsTo(reference, target)) return;
            to.Present(leaf.Place, target);
        }

        to.Key(leaf.Place, to.Keys.Reference(reference));
        if (reference.IndexOf("/_history/"u8) is > 0 and var at) to.Key(leaf.Place, to.Keys.Reference(reference[..at]));
    }

    /// <summary>The type is told by the reference: <c>Patient/1</c>, or an address that ends so.</summary>
    private static bool IsTo(ReadOnlySpan<byte> reference, string type)
    {
        if (reference.IndexOf("/_history/"u8) is > 0 and var version) reference = reference[..version];
        var id = reference.LastIndexOf((byte)'/');
        return id > 0 && Ascii.Equals(reference[(reference[..id].LastIndexOf((byte)'/') + 1)..id], type);
    }

    private static void TakeCanonical(ReadOnlySpan<byte> canonical, IndexLeaf leaf, ValueCollector to)
    {
        to.Present(leaf.Place);
        to.Key(leaf.Place, to.Keys.Reference(to.Relative(canonical)));
        if (canonical.IndexOf((byte)'|') is > 0 and var at) to.Key(leaf.Place, to.Keys.Reference(to.Relative(canonical[..at])));
    }
}
