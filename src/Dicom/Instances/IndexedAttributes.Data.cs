namespace CloudPacs.Dicom;

public static partial class IndexedAttributes
{
    /// <summary>
    /// Attributes of the data set itself, each with the most bytes of it that are kept: what C-FIND and QIDO-RS answer at every level
    /// (PS3.4 C.6, PS3.18 10.6), what ImagingStudy, linking to orders, rejection notes and rendering need. A sequence is kept with all it
    /// holds. Beside these: group 0028, and group 60xx without its bits.
    /// </summary>
    private static (uint Tag, int MaxBytes)[] Rows =>
    [
        // General: character set, time zone, identity
        (0x00080005, ValueBytes), // Specific Character Set
        (0x00080008, ValueBytes), // Image Type
        (0x00080012, ValueBytes), // Instance Creation Date
        (0x00080013, ValueBytes), // Instance Creation Time
        (0x00080016, ValueBytes), // SOP Class UID
        (0x00080018, ValueBytes), // SOP Instance UID
        (0x00080020, ValueBytes), // Study Date
        (0x00080021, ValueBytes), // Series Date
        (0x00080022, ValueBytes), // Acquisition Date
        (0x00080023, ValueBytes), // Content Date
        (0x0008002A, ValueBytes), // Acquisition DateTime
        (0x00080030, ValueBytes), // Study Time
        (0x00080031, ValueBytes), // Series Time
        (0x00080032, ValueBytes), // Acquisition Time
        (0x00080033, ValueBytes), // Content Time
        (0x00080050, ValueBytes), // Accession Number
        (0x00080051, ValueBytes), // Issuer of Accession Number Sequence
        (0x00080060, ValueBytes), // Modality
        (0x00080064, ValueBytes), // Conversion Type
        (0x00080068, ValueBytes), // Presentation Intent Type
        (0x00080070, ValueBytes), // Manufacturer
        (0x00080080, ValueBytes), // Institution Name
        (0x00080081, ValueBytes), // Institution Address
        (0x00080082, ValueBytes), // Institution Code Sequence
        (0x00080090, ValueBytes), // Referring Physician's Name
        (0x00080096, ValueBytes), // Referring Physician Identification Sequence
        (0x00080201, ValueBytes), // Timezone Offset From UTC
        (0x00081010, ValueBytes), // Station Name
        (0x00081030, ValueBytes), // Study Description
        (0x00081032, ValueBytes), // Procedure Code Sequence
        (0x0008103E, ValueBytes), // Series Description
        (0x0008103F, ValueBytes), // Series Description Code Sequence
        (0x00081040, ValueBytes), // Institutional Department Name
        (0x00081048, ValueBytes), // Physician(s) of Record
        (0x00081049, ValueBytes), // Physician(s) of Record Identification Sequence
        (0x00081050, ValueBytes), // Performing Physician's Name
        (0x00081052, ValueBytes), // Performing Physician Identification Sequence
        (0x00081060, ValueBytes), // Name of Physician(s) Reading Study
        (0x00081062, ValueBytes), // Physician(s) Reading Study Identification Sequence
        (0x00081070, ValueBytes), // Operators' Name
        (0x00081072, ValueBytes), // Operator Identification Sequence
        (0x00081080, ValueBytes), // Admitting Diagnoses Description
        (0x00081084, ValueBytes), // Admitting Diagnoses Code Sequence
        (0x00081090, ValueBytes), // Manufacturer's Model Name
        (0x00081110, ValueBytes), // Referenced Study Sequence
        (0x00081111, ValueBytes), // Referenced Performed Procedure Step Sequence
        (0x00081115, ValueBytes), // Referenced Series Sequence
        (0x00081120, ValueBytes), // Referenced Patient Sequence
        (0x00081140, ValueBytes), // Referenced Image Sequence
        (0x00082111, ValueBytes), // Derivation Description
        (0x00082112, ValueBytes), // Source Image Sequence
        (0x00082218, ValueBytes), // Anatomic Region Sequence
        (0x00082228, ValueBytes), // Primary Anatomic Structure Sequence
        (0x00083001, ValueBytes), // Alternate Representation Sequence
        (0x00089215, ValueBytes), // Derivation Code Sequence

        // Patient
        (0x00100010, ValueBytes), // Patient's Name
        (0x00100020, ValueBytes), // Patient ID
        (0x00100021, ValueBytes), // Issuer of Patient ID
        (0x00100022, ValueBytes), // Type of Patient ID
        (0x00100024, ValueBytes), // Issuer of Patient ID Qualifiers Sequence
        (0x00100030, ValueBytes), // Patient's Birth Date
        (0x00100032, ValueBytes), // Patient's Birth Time
        (0x00100040, ValueBytes), // Patient's Sex
        (0x00101000, ValueBytes), // Other Patient IDs
        (0x00101001, ValueBytes), // Other Patient Names
        (0x00101002, ValueBytes), // Other Patient IDs Sequence
        (0x00101010, ValueBytes), // Patient's Age
        (0x00101020, ValueBytes), // Patient's Size
        (0x00101030, ValueBytes), // Patient's Weight
        (0x00102160, ValueBytes), // Ethnic Group
        (0x00102180, ValueBytes), // Occupation
        (0x001021B0, ValueBytes), // Additional Patient History
        (0x00102201, ValueBytes), // Patient Species Description
        (0x00102292, ValueBytes), // Patient Breed Description
        (0x00104000, ValueBytes), // Patient Comments

        // Acquisition
        (0x00180010, ValueBytes), // Contrast/Bolus Agent
        (0x00180015, ValueBytes), // Body Part Examined
        (0x00180020, ValueBytes), // Scanning Sequence
        (0x00180022, ValueBytes), // Scan Options
        (0x00180040, ValueBytes), // Cine Rate
        (0x00180050, ValueBytes), // Slice Thickness
        (0x00180060, ValueBytes), // KVP
        (0x00180088, ValueBytes), // Spacing Between Slices
        (0x00181000, ValueBytes), // Device Serial Number
        (0x00181012, ValueBytes), // Date of Secondary Capture
        (0x00181014, ValueBytes), // Time of Secondary Capture
        (0x00181016, ValueBytes), // Secondary Capture Device Manufacturer
        (0x00181020, ValueBytes), // Software Versions
        (0x00181030, ValueBytes), // Protocol Name
        (0x00181063, ValueBytes), // Frame Time
        (0x00181065, ValueBytes), // Frame Time Vector
        (0x00181110, ValueBytes), // Distance Source to Detector
        (0x00181111, ValueBytes), // Distance Source to Patient
        (0x00181114, ValueBytes), // Estimated Radiographic Magnification Factor
        (0x00181150, ValueBytes), // Exposure Time
        (0x00181151, ValueBytes), // X-Ray Tube Current
        (0x00181152, ValueBytes), // Exposure
        (0x00181153, ValueBytes), // Exposure in uAs
        (0x00181164, ValueBytes), // Imager Pixel Spacing
        (0x00181200, ValueBytes), // Date of Last Calibration
        (0x00181411, ValueBytes), // Exposure Index
        (0x00181412, ValueBytes), // Target Exposure Index
        (0x00181413, ValueBytes), // Deviation Index
        (0x00182010, ValueBytes), // Nominal Scanned Pixel Spacing
        (0x00185100, ValueBytes), // Patient Position
        (0x00185101, ValueBytes), // View Position
        (0x00186011, ValueBytes), // Sequence of Ultrasound Regions
        (0x00189004, ValueBytes), // Content Qualification
        (0x00189074, ValueBytes), // Frame Acquisition DateTime

        // Relationship
        (0x0020000D, ValueBytes), // Study Instance UID
        (0x0020000E, ValueBytes), // Series Instance UID
        (0x00200010, ValueBytes), // Study ID
        (0x00200011, ValueBytes), // Series Number
        (0x00200012, ValueBytes), // Acquisition Number
        (0x00200013, ValueBytes), // Instance Number
        (0x00200020, ValueBytes), // Patient Orientation
        (0x00200032, ValueBytes), // Image Position (Patient)
        (0x00200037, ValueBytes), // Image Orientation (Patient)
        (0x00200052, ValueBytes), // Frame of Reference UID
        (0x00200060, ValueBytes), // Laterality
        (0x00200062, ValueBytes), // Image Laterality
        (0x00200100, ValueBytes), // Temporal Position Identifier
        (0x00200105, ValueBytes), // Number of Temporal Positions
        (0x00201002, ValueBytes), // Images in Acquisition
        (0x00201040, ValueBytes), // Position Reference Indicator
        (0x00201041, ValueBytes), // Slice Location
        (0x00204000, ValueBytes), // Image Comments
        (0x00209128, ValueBytes), // Temporal Position Index
        (0x00209161, ValueBytes), // Concatenation UID
        (0x00209162, ValueBytes), // In-concatenation Number
        (0x00209163, ValueBytes), // In-concatenation Total Number
        (0x00209221, ValueBytes), // Dimension Organization Sequence
        (0x00209222, ValueBytes), // Dimension Index Sequence
        (0x00209228, ValueBytes), // Concatenation Frame Offset Number

        // Tables of group 0028 that are longer than the rest of it
        (0x00281201, TableBytes), // Red Palette Color Lookup Table Data
        (0x00281202, TableBytes), // Green Palette Color Lookup Table Data
        (0x00281203, TableBytes), // Blue Palette Color Lookup Table Data
        (0x00281204, TableBytes), // Alpha Palette Color Lookup Table Data
        (0x00281221, TableBytes), // Segmented Red Palette Color Lookup Table Data
        (0x00281222, TableBytes), // Segmented Green Palette Color Lookup Table Data
        (0x00281223, TableBytes), // Segmented Blue Palette Color Lookup Table Data
        (0x00283000, TableBytes), // Modality LUT Sequence
        (0x00283010, TableBytes), // VOI LUT Sequence

        // Order, visit
        (0x00321032, ValueBytes), // Requesting Physician
        (0x00321033, ValueBytes), // Requesting Service
        (0x00321060, ValueBytes), // Requested Procedure Description
        (0x00321064, ValueBytes), // Requested Procedure Code Sequence
        (0x00324000, ValueBytes), // Study Comments
        (0x00380010, ValueBytes), // Admission ID
        (0x00380014, ValueBytes), // Issuer of Admission ID Sequence
        (0x00380060, ValueBytes), // Service Episode ID
        (0x00380064, ValueBytes), // Issuer of Service Episode ID Sequence
        (0x00400241, ValueBytes), // Performed Station AE Title
        (0x00400242, ValueBytes), // Performed Station Name
        (0x00400243, ValueBytes), // Performed Location
        (0x00400244, ValueBytes), // Performed Procedure Step Start Date
        (0x00400245, ValueBytes), // Performed Procedure Step Start Time
        (0x00400253, ValueBytes), // Performed Procedure Step ID
        (0x00400254, ValueBytes), // Performed Procedure Step Description
        (0x00400260, ValueBytes), // Performed Protocol Code Sequence
        (0x00400275, ValueBytes), // Request Attributes Sequence
        (0x00400512, ValueBytes), // Container Identifier
        (0x00400560, ValueBytes), // Specimen Description Sequence
        (0x00401001, ValueBytes), // Requested Procedure ID
        (0x00401002, ValueBytes), // Reason for the Requested Procedure
        (0x0040100A, ValueBytes), // Reason for Requested Procedure Code Sequence
        (0x00402016, ValueBytes), // Placer Order Number / Imaging Service Request
        (0x00402017, ValueBytes), // Filler Order Number / Imaging Service Request

        // Documents: reports, key objects, encapsulated ones
        (0x00400555, ValueBytes), // Acquisition Context Sequence
        (0x0040A030, ValueBytes), // Verification DateTime
        (0x0040A032, ValueBytes), // Observation DateTime
        (0x0040A040, ValueBytes), // Value Type
        (0x0040A043, ValueBytes), // Concept Name Code Sequence
        (0x0040A073, ValueBytes), // Verifying Observer Sequence
        (0x0040A078, ValueBytes), // Author Observer Sequence
        (0x0040A370, ValueBytes), // Referenced Request Sequence
        (0x0040A372, ValueBytes), // Performed Procedure Code Sequence
        (0x0040A375, EvidenceBytes), // Current Requested Procedure Evidence Sequence
        (0x0040A385, ValueBytes), // Pertinent Other Evidence Sequence
        (0x0040A491, ValueBytes), // Completion Flag
        (0x0040A492, ValueBytes), // Completion Flag Description
        (0x0040A493, ValueBytes), // Verification Flag
        (0x0040A504, ValueBytes), // Content Template Sequence
        (0x0040A525, ValueBytes), // Identical Documents Sequence
        (0x0040A730, ValueBytes), // Content Sequence
        (0x00420010, ValueBytes), // Document Title
        (0x00420012, ValueBytes), // MIME Type of Encapsulated Document

        // Whole slide, nuclear medicine and PET, segmentation, presentation, radiotherapy
        (0x00480001, ValueBytes), // Imaged Volume Width
        (0x00480002, ValueBytes), // Imaged Volume Height
        (0x00480006, ValueBytes), // Total Pixel Matrix Columns
        (0x00480007, ValueBytes), // Total Pixel Matrix Rows
        (0x00480008, ValueBytes), // Total Pixel Matrix Origin Sequence
        (0x00480010, ValueBytes), // Specimen Label in Image
        (0x00480105, ValueBytes), // Optical Path Sequence
        (0x00540011, ValueBytes), // Number of Energy Windows
        (0x00540013, ValueBytes), // Energy Window Range Sequence
        (0x00540016, ValueBytes), // Radiopharmaceutical Information Sequence
        (0x00540021, ValueBytes), // Number of Detectors
        (0x00540081, ValueBytes), // Number of Slices
        (0x00540101, ValueBytes), // Number of Time Slices
        (0x00540220, ValueBytes), // View Code Sequence
        (0x00540410, ValueBytes), // Patient Orientation Code Sequence
        (0x00541000, ValueBytes), // Series Type
        (0x00541001, ValueBytes), // Units
        (0x00541002, ValueBytes), // Counts Source
        (0x00541101, ValueBytes), // Attenuation Correction Method
        (0x00541102, ValueBytes), // Decay Correction
        (0x00541300, ValueBytes), // Frame Reference Time
        (0x00541321, ValueBytes), // Decay Factor
        (0x00541330, ValueBytes), // Image Index
        (0x00620001, ValueBytes), // Segmentation Type
        (0x00620002, ValueBytes), // Segment Sequence
        (0x00620008, ValueBytes), // Segmentation Fractional Type
        (0x0062000E, ValueBytes), // Maximum Fractional Value
        (0x00700080, ValueBytes), // Content Label
        (0x00700081, ValueBytes), // Content Description
        (0x00700082, ValueBytes), // Presentation Creation Date
        (0x00700083, ValueBytes), // Presentation Creation Time
        (0x00700084, ValueBytes), // Content Creator's Name
        (0x04000561, ValueBytes), // Original Attributes Sequence
        (0x20500010, ValueBytes), // Presentation LUT Sequence
        (0x20500020, ValueBytes), // Presentation LUT Shape
        (0x30020002, ValueBytes), // RT Image Label
        (0x30040002, ValueBytes), // Dose Units
        (0x3004000E, ValueBytes), // Dose Grid Scaling
        (0x30060002, ValueBytes), // Structure Set Label
        (0x300A0002, ValueBytes), // RT Plan Label
        (0x300C0002, ValueBytes), // Referenced RT Plan Sequence

        // Multi-frame
        (0x52009229, GroupsBytes), // Shared Functional Groups Sequence
        (0x52009230, GroupsBytes), // Per-frame Functional Groups Sequence
    ];
}
