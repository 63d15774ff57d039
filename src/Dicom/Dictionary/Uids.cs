namespace CloudPacs.Dicom;

/// <summary>The UIDs that the engine names in code (PS3.4, PS3.6 annex A); all others are found by <see cref="UidDictionary"/>.</summary>
public static class Uids
{
    public const string ApplicationContext = "1.2.840.10008.3.1.1.1";
    public const string Verification = "1.2.840.10008.1.1";
    public const string ModalityWorklistFind = "1.2.840.10008.5.1.4.31";
    public const string ModalityPerformedProcedureStep = "1.2.840.10008.3.1.2.3.3";
    public const string ModalityPerformedProcedureStepRetrieve = "1.2.840.10008.3.1.2.3.4";
    public const string ModalityPerformedProcedureStepNotification = "1.2.840.10008.3.1.2.3.5";
    public const string InstanceAvailabilityNotification = "1.2.840.10008.5.1.4.33";
    public const string StorageCommitmentPushModel = "1.2.840.10008.1.20.1";
    public const string StorageCommitmentPushModelInstance = "1.2.840.10008.1.20.1.1";
    public const string DetachedStudyManagement = "1.2.840.10008.3.1.2.3.1";
    public const string PatientRootFind = "1.2.840.10008.5.1.4.1.2.1.1";
    public const string PatientRootMove = "1.2.840.10008.5.1.4.1.2.1.2";
    public const string PatientRootGet = "1.2.840.10008.5.1.4.1.2.1.3";
    public const string StudyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
    public const string StudyRootMove = "1.2.840.10008.5.1.4.1.2.2.2";
    public const string StudyRootGet = "1.2.840.10008.5.1.4.1.2.2.3";
    public const string UnifiedProcedureStepPush = "1.2.840.10008.5.1.4.34.6.1";
    public const string UnifiedProcedureStepWatch = "1.2.840.10008.5.1.4.34.6.2";
    public const string UnifiedProcedureStepPull = "1.2.840.10008.5.1.4.34.6.3";
    public const string UnifiedProcedureStepEvent = "1.2.840.10008.5.1.4.34.6.4";
    public const string UnifiedProcedureStepQuery = "1.2.840.10008.5.1.4.34.6.5";
    public const string ComputedRadiographyImageStorage = "1.2.840.10008.5.1.4.1.1.1";
    public const string CtImageStorage = "1.2.840.10008.5.1.4.1.1.2";
    public const string MrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
    public const string SecondaryCaptureImageStorage = "1.2.840.10008.5.1.4.1.1.7";
    public const string BasicTextSrStorage = "1.2.840.10008.5.1.4.1.1.88.11";
    public const string KeyObjectSelectionDocumentStorage = "1.2.840.10008.5.1.4.1.1.88.59";
    public const string XRayRadiationDoseSrStorage = "1.2.840.10008.5.1.4.1.1.88.67";
    public const string EncapsulatedPdfStorage = "1.2.840.10008.5.1.4.1.1.104.1";
    public const string EncapsulatedCdaStorage = "1.2.840.10008.5.1.4.1.1.104.2";
}
