namespace CloudPacs.Dicom;

/// <summary>How this implementation names itself in associations and files (PS3.7 D.3.3.2).</summary>
public static class Implementation
{
    public const string ClassUid = "2.25.115856830168994912632494301354012464364";
    public const string VersionName = "CLOUDPACS_1";
}
