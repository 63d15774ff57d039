namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>Marks the Verification SOP class, whose C-ECHO the server answers itself (PS3.4 annex A).</summary>
internal sealed class VerificationService : IDimseService;
