Console.WriteLine("BatchOps");
