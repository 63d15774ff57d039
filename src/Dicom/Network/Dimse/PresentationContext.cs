namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>An accepted presentation context of an association that we serve.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">The SOP class it was proposed for.</param>
/// <param name="TransferSyntax">The one syntax agreed on.</param>
/// <param name="Service">Who serves it.</param>
/// <param name="Extended">What we answered to the SOP class extended negotiation; empty when there was none.</param>
internal sealed record PresentationContext(byte Id, string AbstractSyntax, TransferSyntax TransferSyntax, IDimseService Service, ReadOnlyMemory<byte> Extended);
