using System.Buffers;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes a stored data set as explicit VR little endian, for whom its own syntax is not meant: from implicit VR, from big endian with
/// numbers and words turned round, from deflated. Values stay as they are, pixel data pass through, compressed ones too. Sequences and
/// items get undefined lengths; group lengths are left out; a value of odd length is padded; one that is too long for its representation
/// becomes UN (PS3.5 6.2.2 note 5).
/// </summary>
public sealed class ExplicitRewriter : StoredDataSetPass
{
    /// <param name="syntax">What the data set is stored in.</param>
    /// <param name="output">Where to write; not flushed but by <see cref="StoredDataSetPass.RunAsync"/>.</param>
    /// <param name="limits">Null for the standard ones.</param>
    public ExplicitRewriter(TransferSyntax syntax, IBufferWriter<byte> output, InstanceLimits? limits = null)
        : base(syntax, new ExplicitWriter(output, syntax.IsBigEndian, makesEven: true), limits)
    {
    }
}
