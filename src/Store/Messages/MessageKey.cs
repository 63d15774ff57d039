namespace CloudPacs.Store.Messages;

/// <summary>Values by which a message is found in the journal: a kind of four characters and the bare value.</summary>
public static class MessageKey
{
    public static string Patient(string id) => "pid:" + id;

    public static string Visit(string number) => "vis:" + number;

    public static string Placer(string number) => "plc:" + number;

    public static string Filler(string number) => "fil:" + number;

    public static string Accession(string number) => "acc:" + number;

    public static string Study(string uid) => "uid:" + uid;

    public static string Control(string id) => "ctl:" + id;

    /// <summary>The pointer under which a part of a message says that it goes on (DSC-1).</summary>
    public static string Continuation(string pointer) => "dsc:" + pointer;
}
