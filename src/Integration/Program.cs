Console.WriteLine("CloudPacs");
