using System.Buffers.Binary;

namespace CloudPacs.Dicom;

/// <summary>One attempt to read a file from as many bytes of it as are there.</summary>
internal sealed class Part10Parser(ReadOnlyMemory<byte> bytes, DataSetReaderOptions options, bool isWhole)
{
    private static readonly Tag AfterMeta = new(0x0003, 0x0000);

    /// <summary>More than there is: reading needs that many bytes to go on.</summary>
    public long NeededBytes { get; private set; }

    public Part10File Read()
    {
        var (meta, syntax, start, error) = ReadMeta();
        if (error != null) return new Part10File(meta, syntax, [], start, error);
        return syntax.IsDeflated ? ReadDeflated(meta, syntax, start) : ReadPlain(meta, syntax, start);
    }

    /// <summary>Reads what comes before the data set, and the first bytes of it, as they tell how it is written.</summary>
    public (DataSet Meta, TransferSyntax Syntax, int Start, string? Error) ReadMeta()
    {
        var start = FindStart();
        DataSet meta = [];
        if (GroupAt(start) == 2)
        {
            var metaParser = new DataSetParser(bytes, false, options with { StopBefore = AfterMeta });
            meta = metaParser.ReadTop(start, isExplicitVr: true);
            NeededBytes = metaParser.NeededBytes;
            if (metaParser.Error != null) return (meta, TransferSyntax.ExplicitVrLittleEndian, start, metaParser.Error);
            start = metaParser.Position;
        }

        var uid = meta.GetString(Tags.TransferSyntaxUid);
        var declared = uid == null ? null : TransferSyntax.FromUid(uid) ?? TransferSyntax.Unlisted(uid);
        if (!isWhole && bytes.Length < start + ElementHeader.MaxBytes) NeededBytes = start + ElementHeader.MaxBytes;
        return Check(declared, start) is { } syntax
            ? (meta, syntax, start, null)
            : (meta, declared ?? TransferSyntax.ImplicitVrLittleEndian, start,
                "The file is not a DICOM file: no data element stands where one is expected.");
    }

    private Part10File ReadPlain(DataSet meta, TransferSyntax syntax, int start)
    {
        var parser = new DataSetParser(bytes, syntax.IsBigEndian, options);
        var dataSet = parser.ReadTop(start, syntax.IsExplicitVr);
        NeededBytes = parser.NeededBytes;
        // Without a reason to stop, only the end of the file tells that nothing follows.
        if (!isWhole && !parser.Stopped && parser.Error == null) NeededBytes = bytes.Length + 1L;
        return new Part10File(meta, syntax, dataSet, start, parser.Error);
    }

    private Part10File ReadDeflated(DataSet meta, TransferSyntax syntax, int start)
    {
        if (!isWhole)
        {
            NeededBytes = bytes.Length + 1L;
            return new Part10File(meta, syntax, [], start, null);
        }

        DataSetReader.TryRead(bytes[start..], syntax, options, out var dataSet, out var error);
        return new Part10File(meta, syntax, dataSet, start, error);
    }

    private int FindStart()
    {
        var span = bytes.Span;
        if (span.Length >= 132 && span[128..132].SequenceEqual("DICM"u8)) return 132;
        return span.StartsWith("DICM"u8) ? 4 : 0;
    }

    private ushort GroupAt(int offset) =>
        offset + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[offset..]) : (ushort)0;

    /// <summary>
    /// The declared syntax if the first element looks like it, else the one that it looks like; null when it is no element at all.
    /// </summary>
    private TransferSyntax? Check(TransferSyntax? declared, int start)
    {
        if (declared is { IsDeflated: true }) return declared;
        if (start == bytes.Length && declared != null) return declared; // nothing but meta information
        if (start + 8 > bytes.Length) return null;
        var head = bytes.Span[start..];
        var hasVr = VrRules.Find((VR)BinaryPrimitives.ReadUInt16BigEndian(head[4..])) != null;
        if (declared != null && declared.IsExplicitVr == hasVr) return declared;
        if (hasVr)
        {
            // A group below 0100H swapped is a multiple of 0100H: the smaller reading is the right one.
            var isBigEndian = BinaryPrimitives.ReadUInt16BigEndian(head) < BinaryPrimitives.ReadUInt16LittleEndian(head);
            return Guessed(isBigEndian ? TransferSyntax.ExplicitVrBigEndian : TransferSyntax.ExplicitVrLittleEndian, declared);
        }

        var tag = new Tag(BinaryPrimitives.ReadUInt16LittleEndian(head), BinaryPrimitives.ReadUInt16LittleEndian(head[2..]));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        var isPlausible = (tag.IsGroupLength || tag.IsPrivate || DicomDictionary.TryGet(tag, out _)) && tag.Group > 2
            && (length == uint.MaxValue || !isWhole || length <= bytes.Length - start - 8);
        return isPlausible ? Guessed(TransferSyntax.ImplicitVrLittleEndian, declared) : null;
    }

    private TransferSyntax Guessed(TransferSyntax syntax, TransferSyntax? declared)
    {
        if (declared != null) options.Warn?.Invoke($"The file says {declared.Name} but is written in {syntax.Name}.");
        return syntax;
    }
}
