namespace CloudPacs.Dicom.Network;

/// <summary>A stored instance cannot be had as a peer takes it, for a reason that the peer is told.</summary>
/// <param name="comment">Why, in ASCII without patient data; what goes beyond 64 characters is cut.</param>
/// <param name="inner">What showed it.</param>
public sealed class InstanceUnavailableException(string comment, Exception? inner = null) : Exception(comment, inner);
