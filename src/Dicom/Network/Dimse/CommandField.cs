namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>Command Field (0000,0100) values (PS3.7 annex E); a response is its request with <see cref="Response"/> set.</summary>
internal enum CommandField : ushort
{
    CStore = 0x0001,
    CGet = 0x0010,
    CFind = 0x0020,
    CMove = 0x0021,
    CEcho = 0x0030,
    NEventReport = 0x0100,
    NGet = 0x0110,
    NSet = 0x0120,
    NAction = 0x0130,
    NCreate = 0x0140,
    NDelete = 0x0150,
    CCancel = 0x0FFF,
    Response = 0x8000,
}
