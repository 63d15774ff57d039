namespace CloudPacs.Dicom.Network;

/// <summary>A presentation context to propose (PS3.8 7.1.1.13).</summary>
/// <param name="AbstractSyntax">UID of the SOP class.</param>
/// <param name="TransferSyntaxes">In order of preference.</param>
public sealed record ProposedContext(string AbstractSyntax, params IReadOnlyList<TransferSyntax> TransferSyntaxes)
{
    /// <summary>Explicit and implicit little endian in one context.</summary>
    public static ProposedContext LittleEndian(string abstractSyntax) =>
        new(abstractSyntax, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian);
}
