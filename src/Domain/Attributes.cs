using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain;

/// <summary>
/// The attributes of rows: how they are stored (DICOM explicit VR little endian, text in UTF-8 without (0008,0005)), read, and changed by
/// commands. Former versions stored DICOM JSON (PS3.18 F), which is still read; it becomes wire form as soon as it is.
/// </summary>
public static class Attributes
{
    private static readonly DataSet Nothing = new DataSet().Freeze();
    private static readonly DataSetReaderOptions Reading = new() { UndeclaredCharacterSet = SpecificCharacterSet.Utf8 };

    /// <summary>Whether the element says something of the row and nothing of what the row is about: nobody is shown it.</summary>
    public static bool IsOfRow(Tag tag) => tag == StandIns.Mark || tag == ToldTimes.Mark;

    /// <summary>What is stored, to be looked at: it may be shared, so it cannot be changed. Read once, however often asked for.</summary>
    /// <exception cref="InvalidDataException">What is stored is not a data set: the row was damaged.</exception>
    public static DataSet Read(StoredAttributes stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Form is DataSet known) return known;
        if (stored.Bytes.IsEmpty) return Nothing;
        var isJson = IsJson(stored.Bytes.Span);
        var read = (isJson ? ReadJson(stored.Bytes) : Decode(stored.Bytes)).Freeze();
        stored.Keep(read, isJson ? Encode(read) : stored.Bytes);
        return read;
    }

    /// <summary>A data set of the caller's own with what is stored, to be changed.</summary>
    /// <exception cref="InvalidDataException">What is stored is not a data set: the row was damaged.</exception>
    public static DataSet Copy(StoredAttributes stored) => Read(stored).Copy();

    /// <summary>The wire form of what is stored, without reading it unless it is of a former version.</summary>
    /// <exception cref="InvalidDataException">What is stored is of a former version and damaged.</exception>
    public static ReadOnlyMemory<byte> Wire(StoredAttributes stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (IsJson(stored.Bytes.Span)) Read(stored);
        return stored.Bytes;
    }

    /// <summary>Attributes to be stored; the data set cannot be changed from now on.</summary>
    /// <returns>Null when <paramref name="before"/> says the same and stays.</returns>
    public static StoredAttributes? Renew(StoredAttributes before, DataSet attributes) =>
        attributes.IsSameAs(Read(before)) ? null : new StoredAttributes(attributes.Freeze(), static form => Encode((DataSet)form));

    /// <summary>The wire form of a data set; nothing when it is empty.</summary>
    public static ReadOnlyMemory<byte> Encode(DataSet attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (attributes.Count == 0) return default;
        return DataSetWriter.WriteUndeclared(attributes, TransferSyntax.ExplicitVrLittleEndian, SpecificCharacterSet.Utf8);
    }

    /// <summary>The data set of a wire form, which is not copied.</summary>
    /// <exception cref="InvalidDataException">The bytes are no data set.</exception>
    public static DataSet Decode(ReadOnlyMemory<byte> wire) =>
        DataSetReader.TryRead(wire, TransferSyntax.ExplicitVrLittleEndian, Reading, out var dataSet, out var error)
            ? dataSet
            : throw Damaged(error);

    /// <summary>
    /// Changes what is stored by what a command says: an attribute that is missing is kept, an empty one empties it, a value replaces the
    /// whole attribute, a sequence with all its items.
    /// </summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="news">What is said.</param>
    /// <param name="takes">Which attributes may change; null = all.</param>
    /// <param name="saying">Who is told of a stand-in that says otherwise than the better value that is stored, and stays.</param>
    /// <returns>Whether an attribute that may not change would have become another.</returns>
    internal static bool Merge(DataSet stored, DataSet news, Predicate<Tag>? takes = null, Saying saying = default)
    {
        var leftOut = false;
        var standIns = MarkedTags.Of(news, StandIns.Mark);
        var takenBack = MarkedTags.Of(news, StandIns.TakenBack);
        var marked = MarkedTags.Of(stored, StandIns.Mark);
        foreach (var element in news)
        {
            var tag = element.Tag;
            if (tag == StandIns.Mark || tag == StandIns.TakenBack) continue;
            if (takes is not null && !takes(tag))
            {
                leftOut |= !Same(stored, element);
                continue;
            }

            if (takenBack.Contains(tag) && marked.Contains(tag)) continue;
            var standsIn = standIns.Contains(tag);
            if (standsIn && !marked.Contains(tag) && stored.TryGet(tag, out var better) && !better.IsEmpty)
            {
                if (!better.IsSameAs(element)) saying.Keep(tag);
                continue;
            }

            stored.Add(element);
            if (standsIn) marked.Add(tag);
            else marked.Remove(tag);
        }

        marked.Save();
        return leftOut;
    }

    /// <summary>Lays attributes over others, with what they say of stand-ins.</summary>
    internal static void Lay(DataSet stored, DataSet over)
    {
        var standIns = MarkedTags.Of(over, StandIns.Mark);
        var marked = MarkedTags.Of(stored, StandIns.Mark);
        foreach (var element in over)
        {
            if (element.Tag == StandIns.Mark) continue;
            stored.Add(element);
            if (standIns.Contains(element.Tag)) marked.Add(element.Tag);
            else marked.Remove(element.Tag);
        }

        marked.Save();
    }

    private static bool Same(DataSet stored, DataElement element) =>
        stored.TryGet(element.Tag, out var held) ? held.IsSameAs(element) : element.IsEmpty;

    /// <summary>No data set begins like JSON: group numbers of the standard are even, and both brackets are odd bytes.</summary>
    private static bool IsJson(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] is (byte)'{' or (byte)'[';

    private static DataSet ReadJson(ReadOnlyMemory<byte> json) =>
        DicomJson.TryRead(json, null, out var dataSets, out var error) && dataSets is [var stored]
            ? stored
            : throw Damaged(error ?? "not one data set");

    private static InvalidDataException Damaged(string? error) => new($"Stored attributes cannot be read: {error}.");
}
