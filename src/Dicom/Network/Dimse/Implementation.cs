namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>How this implementation names itself (PS3.7 D.3.3.2).</summary>
internal static class Implementation
{
    public const string ClassUid = "2.25.19071929604995361827882467766190826576";
    public const string VersionName = "CLOUDPACS_1";
}
