using System.Buffers;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>Reads the key notation of <see cref="MatchingCase"/>.</summary>
internal static class QueryKeys
{
    public static DataSet Parse(string keys)
    {
        var root = new DataSet();
        foreach (var key in keys.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = key.IndexOf('=', StringComparison.Ordinal);
            var path = key[..equals].TrimStart('>').Split('>');
            var level = root;
            if (key[0] == '>') level = Item(root, Tags.ScheduledProcedureStepSequence);
            foreach (var sequence in path[..^1]) level = Item(level, Tag.Parse(sequence));
            Set(level, Tag.Parse(path[^1]), key[(equals + 1)..]);
        }

        return OverTheWire(root);
    }

    /// <summary>Keys come to a matcher as they were read: padding dropped.</summary>
    private static DataSet OverTheWire(DataSet keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(keys, TransferSyntax.ExplicitVrLittleEndian, buffer, SpecificCharacterSet.Utf8);
        return DataSetReader.Read(buffer.WrittenMemory, TransferSyntax.ExplicitVrLittleEndian);
    }

    private static void Set(DataSet level, Tag tag, string value)
    {
        if (value.Length == 0) level.SetEmpty(tag);
        else level.Set(tag, value);
    }

    private static DataSet Item(DataSet level, Tag sequence)
    {
        if (level.GetItems(sequence) is [var existing]) return existing;
        var item = new DataSet();
        level.SetSequence(sequence, item);
        return item;
    }
}
