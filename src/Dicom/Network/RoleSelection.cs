namespace CloudPacs.Dicom.Network;

/// <summary>The roles of the association requestor for a SOP class (PS3.7 D.3.3.4): proposed in a request, accepted in an answer.</summary>
/// <param name="IsScu">The requestor uses the service. The default when nothing is negotiated.</param>
/// <param name="IsScp">The requestor provides the service.</param>
public readonly record struct RoleSelection(bool IsScu, bool IsScp);
