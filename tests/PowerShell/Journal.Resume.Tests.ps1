BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'
    $manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")
    # Long enough for a loaded machine; only a test that hangs ever waits for it.
    $guard = [timespan]::FromSeconds(60)

    function New-Journal { "$TestDrive/$([guid]::NewGuid()).db" }

    # Counts what was executed, over workers and runs.
    function New-Log { , [System.Collections.Concurrent.ConcurrentQueue[object]]::new() }

    <# Starts a runbook in a process of its own and returns it with its output so far read to the line asked for. #>
    function Start-Runbook([string] $Script, [string[]] $Argument) {
        $file = "$TestDrive/$([guid]::NewGuid()).ps1"
        Set-Content -LiteralPath $file -Value "param(`$journal, `$log)`nImport-Module '$manifest'`n$Script"
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        $start.RedirectStandardOutput = $true
        '-NoProfile', '-NonInteractive', '-File', $file | ForEach-Object { $start.ArgumentList.Add($_) }
        $Argument | ForEach-Object { $start.ArgumentList.Add($_) }
        [System.Diagnostics.Process]::Start($start)
    }

    function Read-Until([System.Diagnostics.Process] $Process, [string] $Line) {
        while ($true) {
            $read = $Process.StandardOutput.ReadLineAsync()
            if (-not $read.Wait($guard)) { throw "Gave up waiting for '$Line'." }
            if ($null -eq $read.Result) { throw "The process ended without '$Line'." }
            $read.Result
            if ($read.Result -eq $Line) { return }
        }
    }

    function Read-Rest([System.Diagnostics.Process] $Process) {
        $text = $Process.StandardOutput.ReadToEndAsync()
        if (-not $text.Wait($guard)) { throw 'Gave up waiting for the process.' }
        $text.Result.TrimEnd() -split '\r?\n'
    }
}

Describe '-Resume' {
    It 'simply starts when the journal <What>' -ForEach @(
        @{ What = 'does not exist'; Exists = $false }
        @{ What = 'is empty'; Exists = $true }
    ) {
        $journal = New-Journal
        if ($Exists) { $null = New-Item $journal -ItemType File }
        1..3 | Invoke-ConcurrentBatch { $_ * 2 } -Journal $journal -Name a -Resume -Ordered -WarningVariable warnings | Should -Be 2, 4, 6
        $warnings | Should -HaveCount 0
    }

    It 'names the batches that there are when it finds none of that name' {
        $journal = New-Journal
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name first | Should -Be 1
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name second -Resume -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 1
        "$warnings" | Should -Match "'first'"
    }

    It 'runs what failed and emits what succeeded, in input order with -Ordered' {
        $journal = New-Journal
        $log = New-Log
        $fails = [System.Collections.Concurrent.ConcurrentDictionary[int, bool]]::new()
        2, 5 | ForEach-Object { $null = $fails.TryAdd($_, $true) }
        $block = { ($using:log).Enqueue($_); if (($using:fails).ContainsKey($_)) { throw 'no' }; $_ * 10 }
        $first = 1..6 | Invoke-ConcurrentBatch $block -Journal $journal -Name a -Ordered -IgnoreVariable log, fails -ErrorAction SilentlyContinue
        $first | Should -Be 10, 30, 40, 60
        $fails.Clear(); $log.Clear()

        1..6 | Invoke-ConcurrentBatch $block -Journal $journal -Name a -Ordered -IgnoreVariable log, fails -Resume -SummaryVariable summary | Should -Be 10, 20, 30, 40, 50, 60
        $log | Sort-Object | Should -Be 2, 5
        $summary.Resumed | Should -Be 4
        $summary.Succeeded | Should -Be 6
    }

    It 'gives results of the same types' {
        $journal = New-Journal
        $block = {
            switch ($_) {
                1 { [datetime]::new(2020, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc) }
                2 { [pscustomobject]@{ Name = 'x'; List = @(1, 2L); None = $null } }
                3 { @{ a = 1.5 } }
                4 { [System.DayOfWeek]::Friday; [guid]'11111111-2222-3333-4444-555555555555'; [timespan]::FromSeconds(3) }
                5 { , [byte[]](1, 2, 3) }
                6 { $null; 'text'; $true; 1d; [bigint]::Pow(2, 70) }
                7 { }
            }
        }
        $first = 1..7 | Invoke-ConcurrentBatch $block -Journal $journal -Name a -AsResult -Ordered
        $again = 1..7 | Invoke-ConcurrentBatch $block -Journal $journal -Name a -AsResult -Ordered -Resume
        $first.Status | Select-Object -Unique | Should -Be 'Succeeded'
        $again.FromCache | Should -Not -Contain $false
        for ($i = 0; $i -lt 7; $i++) {
            @($again[$i].Output).Count | Should -Be @($first[$i].Output).Count
            for ($n = 0; $n -lt @($first[$i].Output).Count; $n++) {
                $was, $is = @($first[$i].Output)[$n], @($again[$i].Output)[$n]
                if ($null -eq $was) { $null -eq $is | Should -BeTrue; continue }
                $is.GetType() | Should -Be $was.GetType()
                ConvertTo-Json $is -Depth 5 -Compress | Should -Be (ConvertTo-Json $was -Depth 5 -Compress)
            }
        }
    }

    It '-SkipCompleted counts what succeeded and does not emit it; a resume after it emits all' {
        $journal = New-Journal
        1..3 | Invoke-ConcurrentBatch { $_ * 2 } -Journal $journal -Name a -OperationVersion 1 | Out-Null
        1..4 | Invoke-ConcurrentBatch { $_ * 3 } -Journal $journal -Name a -OperationVersion 1 -Resume -SkipCompleted -SummaryVariable summary | Should -Be 12
        $summary.Succeeded | Should -Be 4
        $summary.Resumed | Should -Be 3
        1..4 | Invoke-ConcurrentBatch { 'again' } -Journal $journal -Name a -OperationVersion 1 -Resume -Ordered | Should -Be 2, 4, 6, 12
    }

    It 'refuses another operation unless -Force' {
        $journal = New-Journal
        1 | Invoke-ConcurrentBatch { 'old' } -Journal $journal -Name a | Out-Null
        { 1 | Invoke-ConcurrentBatch { 'new' } -Journal $journal -Name a -Resume } | Should -Throw -ErrorId 'JournalOperationChanged*'
        1, 2 | Invoke-ConcurrentBatch { 'new' } -Journal $journal -Name a -Resume -Force -Ordered | Should -Be 'old', 'new'
    }

    It 'runs again what StopAbove, budget and deadline left' {
        $journal = New-Journal
        1..6 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name a -UsageLimit 4 -Ordered -ErrorAction SilentlyContinue -ErrorVariable errors | Should -Be 1, 2, 3, 4
        $errors.FullyQualifiedErrorId | Should -BeLike 'BatchRunStopped*'
        1..6 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name a -UsageLimit 6 -Ordered -Resume -SummaryVariable summary | Should -Be (1..6)
        $summary.Resumed | Should -Be 4
    }
}

Describe 'Arguments that do not go together' {
    It '<Id>: the message says <Remedy>' -ForEach @(
        @{ Id = 'JournalRequired'; Remedy = '-Journal run.db'; Arguments = @{ Resume = $true } }
        @{ Id = 'JournalRequired'; Remedy = '-Journal run.db'; Arguments = @{ CacheSeconds = 5 } }
        @{ Id = 'JournalRequired'; Remedy = '-Journal run.db'; Arguments = @{ JournalContent = 'Keys' } }
        @{ Id = 'UsageLimitRequired'; Remedy = '-UsageLimit'; Arguments = @{ UsageCost = 1 } }
        @{ Id = 'SkipCompletedNeedsResume'; Remedy = 'Add -Resume'; Arguments = @{ Journal = 'x.db'; SkipCompleted = $true } }
        @{ Id = 'ForceNeedsResume'; Remedy = 'Add -Resume'; Arguments = @{ Journal = 'x.db'; Force = $true } }
        @{ Id = 'ResumeNeedsKeys'; Remedy = '-JournalContent Results'; Arguments = @{ Journal = 'x.db'; Resume = $true; JournalContent = 'None' } }
        @{ Id = 'ResumeNeedsResults'; Remedy = '-SkipCompleted'; Arguments = @{ Journal = 'x.db'; Resume = $true; JournalContent = 'Keys' } }
        @{ Id = 'CacheNeedsResults'; Remedy = '-JournalContent Results'; Arguments = @{ Journal = 'x.db'; CacheSeconds = 5; JournalContent = 'Keys' } }
        @{ Id = 'JournalPathInvalid'; Remedy = 'must name a file'; Arguments = @{ Journal = 'env:x' } }
        @{ Id = 'JournalInaccessible'; Remedy = 'Make it first'; Arguments = @{ Journal = 'missing/x.db' } }
        @{ Id = 'JournalInaccessible'; Remedy = 'Name a file in it'; Arguments = @{ Journal = '.' } }
    ) {
        Push-Location $TestDrive
        try { { 1 | Invoke-ConcurrentBatch { $_ } @Arguments } | Should -Throw "*$Remedy*" -ErrorId "$Id,*" }
        finally { Pop-Location }
        Test-Path "$TestDrive/x.db" | Should -BeFalse -Because 'nothing is made for a call that can not run'
    }

    It 'an item without content needs -Key' {
        { Get-Process -Id $PID | Invoke-ConcurrentBatch { 1 } -Journal (New-Journal) } | Should -Throw '*-Key*' -ErrorId 'BatchKeyRequired*'
        Get-Process -Id $PID | Invoke-ConcurrentBatch { 1 } -Journal (New-Journal) -Key Id | Should -Be 1
    }

    It 'a file of something else is left alone' {
        $file = New-Item "$TestDrive/notes.txt" -Value ('not a journal' * 100)
        { 1 | Invoke-ConcurrentBatch { 1 } -Journal $file } | Should -Throw '*Name another file*' -ErrorId 'JournalForeign*'
        Get-Content $file | Should -Be ('not a journal' * 100)
    }
}

Describe 'A run that is ended from outside' {
    It 'by Ctrl+C: what had succeeded, within the grace too, comes out of the resume' {
        $journal = New-Journal
        $signal = [System.Threading.ManualResetEventSlim]::new()
        $log = New-Log
        $caller = Start-Caller -ArgumentList $signal, $log, $journal {
            param($signal, $log, $journal)
            1..6 | Invoke-ConcurrentBatch {
                ($using:log).Enqueue($_)
                if ($_ -eq 3) { ($using:signal).Set(); $null = $BatchItem.CancellationToken.WaitHandle.WaitOne(20000) }
                $_ * 10
            } -Sequential -Journal $journal -Name a -OperationVersion 1 -SummaryVariable summary
        }
        try {
            Wait-Signal $signal -What 'the third item'
            $null = Stop-Caller $caller
            $summary = $caller.Runspace.SessionStateProxy.GetVariable('summary')
            $summary.Ended | Should -BeTrue
        }
        finally { Remove-Caller $caller }
        $before = @($log)
        $before[0..2] | Should -Be 1, 2, 3
        $log.Clear()

        1..6 | Invoke-ConcurrentBatch { ($using:log).Enqueue($_); $_ * 10 } -Sequential -Journal $journal -Name a -OperationVersion 1 -Resume -SummaryVariable resumed | Should -Be 10, 20, 30, 40, 50, 60
        $resumed.Resumed | Should -Be $summary.Succeeded
        @($log).Count | Should -Be (6 - $summary.Succeeded)
        $log | Should -Not -Contain 1
        $log | Should -Not -Contain 2
    }

    It 'by kill -9: a new process goes on, and repeats nothing that it had emitted' {
        $journal = New-Journal
        $log = "$TestDrive/executed.txt"
        $script = @'
1..40 | Invoke-ConcurrentBatch {
    [System.IO.File]::AppendAllText($log, "$_`n")
    if ($_ -eq 20 -and -not (Test-Path "$log.resumed")) { Start-Sleep 60 }
    "result $_"
} -Variable log -ThrottleLimit 1 -Journal $journal -Name a -Resume | ForEach-Object { [Console]::Out.WriteLine($_) }
[Console]::Out.WriteLine('end')
'@
        $process = Start-Runbook $script $journal, $log
        try {
            $emitted = Read-Until $process 'result 19'
            $process.Kill()
            $process.WaitForExit()
        }
        finally { $process.Dispose() }
        $emitted | Should -HaveCount 19
        # The file is another, or the batch would be another operation.
        $null = New-Item "$log.resumed" -ItemType File

        $process = Start-Runbook $script $journal, $log
        try { $rest = Read-Rest $process }
        finally { $process.Dispose() }
        $rest | Should -HaveCount 41
        $rest[-1] | Should -Be 'end'
        $executed = Get-Content $log
        $executed | Select-Object -Unique | Should -HaveCount 40
        $executed | Where-Object { [int] $_ -lt 20 } | Should -HaveCount 19 -Because 'what was emitted is not run again'
        $executed.Count | Should -BeLessOrEqual 41
    }
}

Describe 'Invoke-BatchStep' {
    It 'pays once when the process dies between two steps' {
        $journal = New-Journal
        $log = "$TestDrive/paid.txt"
        $script = @'
1 | Invoke-ConcurrentBatch {
    $id = Invoke-BatchStep order { [System.IO.File]::AppendAllText($log, "order`n"); [guid]::NewGuid() }
    [System.IO.File]::AppendAllText("$log.ids", "$id`n")
    if (-not (Test-Path "$log.resumed")) { [Console]::Out.WriteLine('ordered'); Start-Sleep 60 }
    Invoke-BatchStep pay { [System.IO.File]::AppendAllText($log, "pay`n"); "paid $id" }
} -Variable log -Journal $journal -Name a -Resume | ForEach-Object { [Console]::Out.WriteLine($_) }
'@
        $process = Start-Runbook $script $journal, $log
        try {
            $null = Read-Until $process 'ordered'
            $process.Kill()
            $process.WaitForExit()
        }
        finally { $process.Dispose() }
        $null = New-Item "$log.resumed" -ItemType File
        $process = Start-Runbook $script $journal, $log
        try { $result = Read-Rest $process }
        finally { $process.Dispose() }

        Get-Content $log | Should -Be 'order', 'pay'
        $ids = @(Get-Content "$log.ids")
        $ids[0] | Should -Be $ids[1] -Because 'the second life gets the first one''s order'
        $result | Should -Be "paid $($ids[0])"
    }

    It 'gives <What> back as it was' -ForEach @(
        @{ What = 'several objects'; Step = { 1; 'two'; [datetime] '2020-01-01' } }
        @{ What = 'nothing'; Step = { } }
        @{ What = 'null'; Step = { $null } }
        @{ What = 'null among others'; Step = { 1; $null; 3 } }
        @{ What = 'an array as one object'; Step = { , @(1, 2) } }
        @{ What = 'an empty array'; Step = { , @() } }
        @{ What = 'a hashtable'; Step = { @{ a = 1 } } }
        @{ What = 'what return gives, without what comes after it'; Step = { 1; return 2; 3 } }
    ) {
        $text = $Step.ToString()
        $block = [scriptblock]::Create("`$got = @(Invoke-BatchStep it { $text }); if (`$BatchItem.Attempt -eq 1) { throw [TimeoutException] 'again' }; ConvertTo-Json -InputObject `$got -Compress")
        $expected = ConvertTo-Json -InputObject @(& $Step) -Compress
        1 | Invoke-ConcurrentBatch $block -Journal (New-Journal) -RetryCount 1 -RetryDelaySeconds 0 | Should -Be $expected
        1 | Invoke-ConcurrentBatch $block -RetryCount 1 -RetryDelaySeconds 0 | Should -Be $expected -Because 'without a journal it simply runs'
    }

    It 'runs once over the attempts of an item, and each time without a journal' {
        $log = New-Log
        $block = { Invoke-BatchStep it { ($using:log).Enqueue(1) }; if ($BatchItem.Attempt -lt 3) { throw [TimeoutException] 'again' }; 'done' }
        1 | Invoke-ConcurrentBatch $block -Journal (New-Journal) -RetryCount 2 -RetryDelaySeconds 0 | Should -Be 'done'
        $log | Should -HaveCount 1
        $log.Clear()
        1 | Invoke-ConcurrentBatch $block -RetryCount 2 -RetryDelaySeconds 0 | Should -Be 'done'
        $log | Should -HaveCount 3
    }

    It 'is not stored when it fails: <What>' -ForEach @(
        @{ What = 'throw'; Step = { throw [TimeoutException] 'no' }; More = @{} }
        @{ What = 'a .NET exception'; Step = { [System.IO.File]::ReadAllText('/no/such/file') }; More = @{ RetryWhen = { 'Retry' } } }
        @{ What = 'an error with -ErrorAction Stop'; Step = { Write-Error 'no' -ErrorAction Stop }; More = @{ RetryWhen = { 'Retry' } } }
        @{ What = 'an error under -FailOnError'; Step = { Write-Error 'no' }; More = @{ FailOnError = $true; RetryWhen = { 'Retry' } } }
    ) {
        $log = New-Log
        $text = $Step.ToString()
        $block = [scriptblock]::Create("Invoke-BatchStep it { (`$using:log).Enqueue(1); if (`$BatchItem.Attempt -eq 1) { $text }; 'good' }")
        1 | Invoke-ConcurrentBatch $block @More -Journal (New-Journal) -RetryCount 1 -RetryDelaySeconds 0 | Should -Be 'good'
        $log | Should -HaveCount 2
    }

    It 'names the line that failed' {
        1 | Invoke-ConcurrentBatch { Invoke-BatchStep it { throw 'in the step' } } -Journal (New-Journal) -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].Exception.Message | Should -Match "in the step.*\($([System.IO.Path]::GetFileName($PSCommandPath)):\d+\)$"
        1 | Invoke-ConcurrentBatch { try { Invoke-BatchStep it { throw 'in the step' } } catch { "caught $_" } } -Journal (New-Journal) | Should -Be 'caught in the step'
    }

    It 'lets records of other streams through when it runs' {
        $output = 1 | Invoke-ConcurrentBatch { Invoke-BatchStep it { Write-Error 'an error'; Write-Warning 'a warning'; Write-Information 'some information'; 5 } } -Journal (New-Journal) *>&1
        @($output | ForEach-Object { "$_" } | Sort-Object) | Should -Be '5', 'a warning', 'an error', 'some information'
    }

    It 'sees $using: values, the item, and the variables of its item' {
        $outside = 'outside'
        1 | Invoke-ConcurrentBatch { $inside = 'inside'; Invoke-BatchStep it { "$using:outside $inside $_ $($BatchItem.Index)" } } -Journal (New-Journal) | Should -Be 'outside inside 1 0'
    }

    It 'break in it ends no more than its item' {
        $journal = New-Journal
        $results = 1..3 | Invoke-ConcurrentBatch { Invoke-BatchStep it { if ($_ -eq 2) { break } }; "item $_" } -Journal $journal -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Succeeded', 'Succeeded'
        $results[0, 2].Output | Should -Be 'item 1', 'item 3'
        $results[1].Output | Should -BeNullOrEmpty
    }

    It 'is an error twice in one item under one name, and outside an item' {
        1 | Invoke-ConcurrentBatch { Invoke-BatchStep it { 1 }; Invoke-BatchStep it { 2 } } -Journal (New-Journal) -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].Exception.Message | Should -Match 'Give each its own name'
        { Invoke-BatchStep it { 1 } } | Should -Throw '*inside the script block of Invoke-ConcurrentBatch*' -ErrorId 'BatchStepOutsideItem*'
    }

    It 'of equal items belong to each of them' {
        $log = New-Log
        1, 1, 1 | Invoke-ConcurrentBatch { Invoke-BatchStep it { ($using:log).Enqueue(1); $BatchItem.Index } } -Journal (New-Journal) -Ordered | Should -Be 0, 1, 2
        $log | Should -HaveCount 3
    }
}

Describe '-CacheSeconds' {
    It 'reuses results over batches and processes' {
        $journal = New-Journal
        $log = "$TestDrive/cached.txt"
        $script = @'
1..3 | Invoke-ConcurrentBatch { [System.IO.File]::AppendAllText($log, "$_`n"); $_ * 10 } -Variable log -Ordered -Journal $journal -Name "batch $PID" -CacheSeconds 600 -OperationVersion 1 | ForEach-Object { [Console]::Out.WriteLine($_) }
'@
        foreach ($life in 1, 2) {
            $process = Start-Runbook $script $journal, $log
            try { Read-Rest $process | Should -Be '10', '20', '30' }
            finally { $process.Dispose() }
        }
        Get-Content $log | Should -HaveCount 3
        2, 4 | Invoke-ConcurrentBatch { 'new' } -Ordered -Journal $journal -Name here -CacheSeconds 600 -OperationVersion 1 | Should -Be 20, 'new'
        2 | Invoke-ConcurrentBatch { 'other' } -Journal $journal -Name here -CacheSeconds 600 -OperationVersion 2 | Should -Be 'other'
    }
}

Describe 'Several runs and one journal' {
    It 'in one pipeline' {
        $journal = New-Journal
        1..300 | Invoke-ConcurrentBatch { $_ * 2 } -Journal $journal -Name a -Ordered | Invoke-ConcurrentBatch { $_ + 1 } -Journal $journal -Name b -Ordered | Should -Be (1..300 | ForEach-Object { $_ * 2 + 1 })
        1..300 | Invoke-ConcurrentBatch { $_ * 2 } -Journal $journal -Name a -Ordered -Resume -SummaryVariable a | Invoke-ConcurrentBatch { $_ + 1 } -Journal $journal -Name b -Ordered -Resume -SummaryVariable b | Should -HaveCount 300
        $a.Resumed, $b.Resumed | Should -Be 300, 300
        { 1 | Invoke-ConcurrentBatch { 1 } -Journal $journal -Name a | Invoke-ConcurrentBatch { 2 } -Journal $journal -Name a } | Should -Throw '*give this run another -Name*' -ErrorId 'JournalOwned*'
        1 | Invoke-ConcurrentBatch { 'free' } -Journal $journal -Name a | Should -Be 'free' -Because 'the run that was refused left nothing behind'
    }

    It 'one inside an item of the other, with a journal of its own and with the same' {
        $outer, $inner = (New-Journal), (New-Journal)
        foreach ($file in $inner, $outer) {
            1, 2 | Invoke-ConcurrentBatch { $n = $_; 1, 2 | Invoke-ConcurrentBatch { $_ + 10 * $using:n } -Journal $using:file -Name "inner $n" -Ordered } -Journal $outer -Name outer -Ordered | Should -Be 11, 12, 21, 22
        }
    }

    It 'as a job, and another that goes on with it' {
        $journal = New-Journal
        $job = 1..5 | Invoke-ConcurrentBatch { $_ * 7 } -Journal $journal -Name a -Ordered -AsJob -OperationVersion 1
        $job | Wait-Job -Timeout 30 | Receive-Job | Should -Be 7, 14, 21, 28, 35
        $job.State | Should -Be 'Completed'
        $job | Remove-Job
        $job = 1..6 | Invoke-ConcurrentBatch { 'new' } -Journal $journal -Name a -Ordered -AsJob -OperationVersion 1 -Resume
        $job | Wait-Job -Timeout 30 | Receive-Job | Should -Be 7, 14, 21, 28, 35, 'new'
        $job.Summary.Resumed | Should -Be 5
        $job | Remove-Job
        Get-ChildItem "$journal*" | Should -HaveCount 1 -Because 'a closed journal is one file'
    }
}

Describe 'A journal that is taken away while the run is at work' {
    BeforeAll {
        # What another machine does when this one was silent for a minute.
        function Invoke-TakeOver([string] $Journal) {
            $type = [AppDomain]::CurrentDomain.GetAssemblies().ForEach({ $_.GetType('Microsoft.Data.Sqlite.SqliteConnection') }).Where({ $_ }, 'Last')[0]
            $connection = [Activator]::CreateInstance($type, [object[]] "Data Source=$Journal;Pooling=False")
            try {
                $connection.Open()
                $command = $connection.CreateCommand()
                $command.CommandText = "UPDATE batches SET owner = 'another'"
                $null = $command.ExecuteNonQuery()
                $command.Dispose()
            }
            finally { $connection.Dispose() }
        }
    }

    It 'ends the run with one error that says so: <Way>' -ForEach @(
        @{ Way = 'plain'; More = @{} }
        @{ Way = '-Ordered'; More = @{ Ordered = $true } }
        @{ Way = '-AsResult'; More = @{ AsResult = $true } }
        @{ Way = '-Deduplicate'; More = @{ Deduplicate = $true } }
        @{ Way = '-UsageLimit'; More = @{ UsageLimit = 2000 } }
        @{ Way = '-Sequential'; More = @{ Sequential = $true } }
    ) {
        $journal = New-Journal
        { & { 1..49; Invoke-TakeOver $journal; 50..3000 } | Invoke-ConcurrentBatch { $_ } @More -Journal $journal -Name a } |
            Should -Throw '*was taken over by another run*' -ErrorId 'JournalOwned*'
        # The other one is not there, so the batch can be gone on with.
        1..60 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name a -Ordered -Resume -Force | Should -Be (1..60)
    }

    It 'ends a job as failed' {
        $journal = New-Journal
        $job = & { 1..49; Invoke-TakeOver $journal; 50..3000 } | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name a -AsJob
        $null = $job | Wait-Job -Timeout 30
        $job.State | Should -Be 'Failed'
        $null = $job | Receive-Job -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[-1].FullyQualifiedErrorId | Should -BeLike 'JournalOwned*'
        $job | Remove-Job
    }
}
