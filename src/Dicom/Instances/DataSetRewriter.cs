using System.Buffers;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes a stored data set in explicit or implicit VR little endian, for whom its own syntax is not meant, or with other attributes: from
/// big endian with numbers and words turned round, from deflated. Values stay as they are, pixel data pass through, compressed ones too.
/// Sequences and items get undefined lengths; group lengths are left out; a value of odd length is padded where the syntax becomes another;
/// one that is too long for its representation becomes UN (PS3.5 6.2.2 note 5).
/// </summary>
public sealed class DataSetRewriter : StoredDataSetPass
{
    private readonly ChangingVisitor? _changing;

    /// <param name="source">What the data set is stored in.</param>
    /// <param name="target">What it is written in: little endian, not deflated; fragments of compressed pixel data stay fragments.</param>
    /// <param name="output">Where to write; not flushed but by <see cref="StoredDataSetPass.RunAsync"/>.</param>
    /// <param name="changes">Attributes that are other ones; null for none.</param>
    /// <param name="limits">Null for the standard ones.</param>
    public DataSetRewriter(
        TransferSyntax source, TransferSyntax target, IBufferWriter<byte> output, AttributeChanges? changes = null,
        InstanceLimits? limits = null)
        : this(source, Changing(source, Writer(source, target, output), changes), limits)
    {
    }

    private DataSetRewriter(TransferSyntax source, DataSetVisitor visitor, InstanceLimits? limits) : base(source, visitor, limits) =>
        _changing = visitor as ChangingVisitor;

    private protected override void Complete() => _changing?.Complete();

    private static LittleEndianWriter Writer(TransferSyntax source, TransferSyntax target, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (target.IsBigEndian || target.IsDeflated) throw new ArgumentException($"{target} is not written.", nameof(target));
        return new LittleEndianWriter(output, source.IsBigEndian, makesEven: source.Uid != target.Uid, target.IsExplicitVr);
    }

    private static DataSetVisitor Changing(TransferSyntax source, DataSetVisitor writer, AttributeChanges? changes) =>
        changes is null ? writer : new ChangingVisitor(writer, changes, source.IsBigEndian);
}
