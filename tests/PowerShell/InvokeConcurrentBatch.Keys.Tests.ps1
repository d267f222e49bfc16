BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    # The keys that items have when nothing says otherwise.
    function Get-ContentKey([object[]] $Items) {
        $results = , $Items | ForEach-Object { $_ } | Invoke-ConcurrentBatch { } -Deduplicate -AsResult -Ordered
        foreach ($result in $results) {
            if ($result.Error) { throw $result.Error.Exception }
            $result.Key
        }
    }
}

Describe '-Deduplicate' {
    It 'writes the warnings of equal items once, and the output for each' {
        $output = 'a', 'a', 'a' | Invoke-ConcurrentBatch { Write-Warning 'old'; Write-Error 'minor'; "$_!" } -Deduplicate -WarningVariable warnings -ErrorVariable errors -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        $output | Should -Be 'a!', 'a!', 'a!'
        $warnings | Should -HaveCount 1
        $errors | Should -HaveCount 1
    }

    It 'writes an error for each of equal items that failed' {
        'a', 'a' | Invoke-ConcurrentBatch { throw 'no' } -Deduplicate -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors | Should -HaveCount 2
    }
}

Describe '-Key' {
    It 'takes a property of an object, of a dictionary, of what a .NET object has' {
        $items = [pscustomobject] @{ Id = 'a' }, @{ Id = 'b' }, [uri] 'http://id/'
        $results = $items | Invoke-ConcurrentBatch { $BatchItem.Key } -Key Id -AsResult -Ordered
        $results[0].Key | Should -BeLike '*a'
        $results[1].Key | Should -BeLike '*b'
        $results[0].Output | Should -Be $results[0].Key
        $results[2].Status | Should -Be 'Failed'

        (1, 22 | ForEach-Object { "$_" } | Invoke-ConcurrentBatch { } -Key Length -AsResult -Ordered).Key | Should -Be 'Int32:1', 'Int32:2'
    }

    It 'takes what a script block answers, which runs in the scope and on the thread of the caller' {
        $prefix = 'p'
        function Get-Suffix { 's' }
        $thread = [Environment]::CurrentManagedThreadId
        $threads = [System.Collections.Generic.HashSet[int]]::new()
        $results = 1..20 | Invoke-ConcurrentBatch { } -AsResult -Ordered -Key {
            $null = $threads.Add([Environment]::CurrentManagedThreadId)
            "$prefix$_$(Get-Suffix)"
        }
        $results[4].Key | Should -BeLike '*:p5s'
        $threads | Should -Be $thread
    }

    It 'has all that a block answers as the key' {
        $results = 1..2 | Invoke-ConcurrentBatch { } -Key { 'x'; $_ } -AsResult -Ordered
        $results[0].Key | Should -Be (Get-ContentKey @(, @('x', 1)))
        $results[1].Key | Should -Not -Be $results[0].Key
    }

    It 'fails only the item for which it <Name>' -ForEach @(
        @{ Name = 'answers nothing'; Key = { if ($_ -ne 2) { $_ } }; Message = '*-Key gave nothing for the item*' }
        @{ Name = 'answers null'; Key = { if ($_ -ne 2) { $_ } else { $null } }; Message = '*-Key gave nothing for the item*' }
        @{ Name = 'throws'; Key = { if ($_ -eq 2) { throw 'no key for two' }; $_ }; Message = '*-Key failed for the item: no key for two*' }
        @{ Name = 'answers what can be no key'; Key = { if ($_ -eq 2) { Get-Process -Id $PID } else { $_ } }; Message = '*System.Diagnostics.Process*' }
    ) {
        $results = 1..3 | Invoke-ConcurrentBatch { $_ } -Key $Key -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
        $results[1].Attempts | Should -Be 0
        $results[1].Error.Exception.Message | Should -BeLike $Message
        $results[1].Error.TargetObject | Should -Be 2
    }

    It 'fails only the items that lack the property' {
        $results = [pscustomobject] @{ Id = 1 }, [pscustomobject] @{ Name = 2 }, $null, [pscustomobject] @{ Id = $null } |
            Invoke-ConcurrentBatch { 'ran' } -Key Id -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Failed', 'Failed'
        $results[1].Error.Exception.Message | Should -BeLike "*names the property 'Id', which the item does not have*"
        $results[2].Error.Exception.Message | Should -BeLike "*names the property 'Id', but the item is null*"
        $results[3].Error.Exception.Message | Should -BeLike '*-Key gave nothing for the item*'
    }

    It 'alone skips nothing: equal keys each run' {
        $results = 1, 2, 3 | Invoke-ConcurrentBatch { $_ } -Key { 'same' } -AsResult -Ordered
        $results.Output | Should -Be 1, 2, 3
        $results.FromCache | Should -Be $false, $false, $false
    }
}

Describe '-Deduplicate' {
    It 'runs equal items once; the others get a copy of the outcome' {
        $runs = [System.Collections.Concurrent.ConcurrentBag[object]]::new()
        $results = 'a', 'b', 'a', 'a' | Invoke-ConcurrentBatch { ($using:runs).Add($_); "$_!" } -Deduplicate -AsResult -Ordered -SummaryVariable summary
        $runs | Sort-Object | Should -Be 'a', 'b'
        $results.Output | Should -Be 'a!', 'b!', 'a!', 'a!'
        $results.FromCache | Should -Be $false, $false, $true, $true
        $summary.Total | Should -Be 4
        $summary.Succeeded | Should -Be 4
        $summary.Executed | Should -Be 2
        $summary.CacheHitRate | Should -Be 0.5
    }

    It 'emits the output once for each item' {
        'a', 'a', 'b' | Invoke-ConcurrentBatch { "$_!" } -Deduplicate -Ordered | Should -Be 'a!', 'a!', 'b!'
    }

    It 'followers share a failure, each with an error of its own' {
        $results = 'a', 'b', 'a' | Invoke-ConcurrentBatch { if ($_ -eq 'a') { throw 'no a' } } -Deduplicate -AsResult -Ordered
        $results.Status | Should -Be 'Failed', 'Succeeded', 'Failed'
        $results[2].FromCache | Should -BeTrue
        $results[2].Index | Should -Be 2
        $results[2].Error.Exception.Message | Should -BeLike '*no a*'
    }

    It 'with -Key, items are equal when their keys are' {
        $items = @{ Id = 1; Name = 'x' }, @{ Id = 2; Name = 'y' }, @{ Id = 1; Name = 'z' }
        $items | Invoke-ConcurrentBatch { $_.Name } -Key Id -Deduplicate -Ordered | Should -Be 'x', 'y', 'x'
    }

    It 'one $null stands for all' {
        $results = $null, 1, $null | Invoke-ConcurrentBatch { 'ran' } -Deduplicate -AsResult -Ordered
        $results.FromCache | Should -Be $false, $false, $true
    }

    It 'an item whose type has no content key fails with what to do; the others run' {
        $results = 1, (Get-Process -Id $PID), 2 | Invoke-ConcurrentBatch { 'ran' } -Deduplicate -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
        $results[1].Error.Exception.Message | Should -BeLike "*is a System.Diagnostics.Process, whose content can't serve as a key*-Key*property name*script block*"
        $results[1].Attempts | Should -Be 0
    }

    It 'runs no getter of an item' {
        Add-Type -TypeDefinition 'namespace BatchOpsTests { public class Loud { public static int Calls; public int Value { get { Calls++; return 1; } } } }'
        $result = [BatchOpsTests.Loud]::new() | Invoke-ConcurrentBatch { } -Deduplicate -AsResult
        $result.Status | Should -Be 'Failed'
        [BatchOpsTests.Loud]::Calls | Should -Be 0
    }
}

Describe 'The content key of' {
    It '<Name> is the same for equal content' -ForEach @(
        @{ Name = 'strings'; One = 'abc'; Other = -join ('a', 'b', 'c') }
        @{ Name = 'integers'; One = 42; Other = 40 + 2 }
        @{ Name = 'doubles'; One = 0.5; Other = 1 / 2 }
        @{ Name = 'decimals'; One = 1.5d; Other = [decimal] 1.5 }
        @{ Name = 'booleans'; One = $true; Other = 1 -eq 1 }
        @{ Name = 'dates'; One = [datetime] '2024-02-03T04:05:06'; Other = [datetime]::new(2024, 2, 3, 4, 5, 6) }
        @{ Name = 'dates with offset'; One = [datetimeoffset] '2024-02-03T04:05:06+01:00'; Other = [datetimeoffset] '2024-02-03T04:05:06+01:00' }
        @{ Name = 'time spans'; One = [timespan] '01:00:00'; Other = [timespan]::FromMinutes(60) }
        @{ Name = 'GUIDs'; One = [guid] '00000000-0000-0000-0000-00000000000a'; Other = [guid] '0000000000000000000000000000000A' }
        @{ Name = 'addresses'; One = [uri] 'http://a/b'; Other = [uri] 'http://a/b' }
        @{ Name = 'versions'; One = [version] '1.2'; Other = [version]::new(1, 2) }
        @{ Name = 'enum values'; One = [DayOfWeek]::Monday; Other = [DayOfWeek] 1 }
        @{ Name = 'dictionaries, whatever their order'; One = @{ a = 1; b = 2 }; Other = [ordered] @{ b = 2; a = 1 } }
        @{ Name = 'objects, whatever their order and the case of names'; One = [pscustomobject] @{ a = 1; b = 'x' }; Other = [pscustomobject] @{ B = 'x'; A = 1 } }
        @{ Name = 'nested content'; One = @{ list = 1, @{ x = $null } }; Other = @{ list = 1, @{ x = $null } } }
        @{ Name = 'long text'; One = 'x' * 5000; Other = 'x' * 5000 }
        @{ Name = 'long rows'; One = [pscustomobject] @{ text = 'x' * 5000 }; Other = [pscustomobject] @{ text = 'x' * 5000 } }
    ) {
        $keys = @((Get-ContentKey (, $One)), (Get-ContentKey (, $Other)))
        $keys[0] | Should -Not -BeNullOrEmpty
        $keys[1] | Should -BeExactly $keys[0]
    }

    It '<Name> differ' -ForEach @(
        @{ Name = 'strings of other case'; One = 'abc'; Other = 'ABC' }
        @{ Name = 'a number and its text'; One = 1; Other = '1' }
        @{ Name = 'null and the empty string'; One = $null; Other = '' }
        @{ Name = 'a date and another'; One = [datetime] '2024-01-01'; Other = ([datetime] '2024-01-01').AddTicks(1) }
        @{ Name = 'a local and a universal time'; One = [datetime]::new(1, 'Local'); Other = [datetime]::new(1, 'Utc') }
        @{ Name = 'dictionaries with another value'; One = @{ a = 1 }; Other = @{ a = 2 } }
        @{ Name = 'dictionaries with another name'; One = @{ a = 1 }; Other = @{ b = 1 } }
        @{ Name = 'objects with one property more'; One = [pscustomobject] @{ a = 1 }; Other = [pscustomobject] @{ a = 1; b = $null } }
        @{ Name = 'values that could be read as separators'; One = @{ a = 'x;1:B=s:1:y' }; Other = @{ a = 'x'; b = 'y' } }
        @{ Name = 'lists that break elsewhere'; One = @{ l = 'a,b', 'c' }; Other = @{ l = 'a', 'b,c' } }
        @{ Name = 'enum values of two types'; One = [DayOfWeek]::Monday; Other = [ConsoleColor] 1 }
        @{ Name = 'long texts'; One = 'x' * 5000; Other = 'x' * 4999 + 'y' }
    ) {
        $keys = @((Get-ContentKey (, $One)), (Get-ContentKey (, $Other)))
        $keys[1] | Should -Not -BeExactly $keys[0]
    }

    It 'a file is its path, length and write time' {
        $path = "$TestDrive/file.txt"
        Set-Content $path 'one'
        $first = Get-ContentKey (Get-Item $path)
        Get-ContentKey (Get-Item $path) | Should -BeExactly $first
        $time = (Get-Item $path).LastWriteTimeUtc

        Set-Content $path 'longer'
        (Get-Item $path).LastWriteTimeUtc = $time
        Get-ContentKey (Get-Item $path) | Should -Not -BeExactly $first

        Set-Content $path 'one'
        (Get-Item $path).LastWriteTimeUtc = $time.AddSeconds(1)
        Get-ContentKey (Get-Item $path) | Should -Not -BeExactly $first

        (Get-Item $path).LastWriteTimeUtc = $time
        Get-ContentKey (Get-Item $path) | Should -BeExactly $first
        Copy-Item $path "$TestDrive/copy.txt"
        Get-ContentKey (Get-Item "$TestDrive/copy.txt") | Should -Not -BeExactly $first
    }

    It 'content that contains itself is refused' {
        $loop = @{}
        $loop.self = $loop
        { Get-ContentKey (, $loop) } | Should -Throw -ExpectedMessage '*nests deeper than 16 levels*'
    }
}

Describe '-SerializeBy' {
    It 'never runs two items of one value at once' {
        $locks = @{}
        foreach ($value in 0..2) { $locks[$value] = [System.Threading.SemaphoreSlim]::new(1) }
        $results = 0..29 | Invoke-ConcurrentBatch -ThrottleLimit 8 -SerializeBy { $_ % 3 } -AsResult -SummaryVariable summary {
            $lock = ($using:locks)[$_ % 3]
            if (-not $lock.Wait(0)) { throw 'Another item of this value is at work.' }
            Start-Sleep -Milliseconds 5
            $null = $lock.Release()
        }
        $results | Where-Object Status -ne Succeeded | Should -BeNullOrEmpty
        $summary.PeakConcurrency | Should -BeLessOrEqual 3
    }

    It 'lets different values run side by side' {
        $barrier = [System.Threading.Barrier]::new(2)
        $results = 'a', 'b' | Invoke-ConcurrentBatch -ThrottleLimit 2 -SerializeBy { $_ } -AsResult {
            if (-not ($using:barrier).SignalAndWait(20000)) { throw 'The other item did not run.' }
        }
        $results.Status | Should -Be 'Succeeded', 'Succeeded'
    }

    It 'passes over items whose value is busy' {
        # The first item waits for the last, before which many of its own value stand in the queue.
        $last = [System.Threading.ManualResetEventSlim]::new()
        $items = @([pscustomobject] @{ Host = 'a'; N = 0 }) + (1..20).ForEach{ [pscustomobject] @{ Host = 'a'; N = $_ } } + @([pscustomobject] @{ Host = 'b'; N = 21 })
        $results = $items | Invoke-ConcurrentBatch -ThrottleLimit 2 -SerializeBy Host -AsResult {
            if ($_.N -eq 21) { ($using:last).Set() }
            if ($_.N -eq 0 -and -not ($using:last).Wait(20000)) { throw 'The item of another host did not run.' }
            $_.N
        }
        $results | Where-Object Status -ne Succeeded | Should -BeNullOrEmpty
        ($results | Where-Object { $_.InputObject.Host -eq 'a' }).Output | Should -Be (0..20) -Because 'items of one value keep their order'
    }

    It 'holds the value across an item''s retries' {
        $order = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        1, 2 | Invoke-ConcurrentBatch -ThrottleLimit 2 -SerializeBy { 'same' } -RetryCount 2 -RetryDelaySeconds 0 -RetryWhen { 'Retry' } {
            ($using:order).Enqueue("$_.$($BatchItem.Attempt)")
            if ($_ -eq 1 -and $BatchItem.Attempt -lt 3) { throw 'again' }
        }
        $order | Should -Be '1.1', '1.2', '1.3', '2.1'
    }

    It 'fails only the item for which it <Name>' -ForEach @(
        @{ Name = 'answers null'; By = { if ($_ -ne 2) { $_ } }; Message = '*-SerializeBy gave nothing for the item*' }
        @{ Name = 'throws'; By = { if ($_ -eq 2) { throw 'no host' }; $_ }; Message = '*-SerializeBy failed for the item: no host*' }
    ) {
        $results = 1..3 | Invoke-ConcurrentBatch { $_ } -SerializeBy $By -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
        $results[1].Error.Exception.Message | Should -BeLike $Message
    }

    It 'does not make equal items one' {
        1, 1, 1 | Invoke-ConcurrentBatch { $_ } -SerializeBy { $_ } | Should -Be 1, 1, 1
    }
}

Describe 'A selector' {
    It 'of -<Parameter> that is neither a name nor a block is refused before anything starts' -ForEach @(
        @{ Parameter = 'Key' }, @{ Parameter = 'SerializeBy' }
    ) {
        $arguments = @{ $Parameter = 12 }
        $ran = [System.Collections.Concurrent.ConcurrentBag[object]]::new()
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } @arguments } | Should -Throw -ErrorId 'SelectorInvalid,*' -ExpectedMessage "-$Parameter is '12'; it must be the name of a property, or a script block*"
        $ran | Should -BeNullOrEmpty
    }
}

Describe 'Without an option that needs keys' {
    It 'equal items each run' {
        $runs = [System.Collections.Concurrent.ConcurrentBag[object]]::new()
        $results = 'a', 'a', 'a' | Invoke-ConcurrentBatch { ($using:runs).Add($_); $_ } -AsResult
        $runs | Should -HaveCount 3
        $results.Key | Where-Object { $null -ne $_ } | Should -BeNullOrEmpty
        $results.FromCache | Should -Be $false, $false, $false
    }

    It '$null items each run' {
        $null, $null, 1 | Invoke-ConcurrentBatch { "<$_>" } -Ordered | Should -Be '<>', '<>', '<1>'
    }

    It 'items of any type run' {
        Get-Process -Id $PID | Invoke-ConcurrentBatch { $_.Id } | Should -Be $PID
    }
}
